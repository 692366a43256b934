/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/metadata.h"

#include <stdio.h>
#include <string.h>

bool metadata_date(const char *time, char ret_date[PDF_DATE_SIZE])
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd";
	size_t n = sizeof(shape) - 1;
	const char *t = time;

	for (size_t i = 0; i < n; i++)
		if (shape[i] == 'd' ? t[i] < '0' || t[i] > '9'
				    : t[i] != shape[i])
			return false;
	snprintf(ret_date, PDF_DATE_SIZE, "D:%.4s%.2s%.2s%.2s%.2s%.2s", t,
		 t + 5, t + 8, t + 11, t + 14, t + 17);
	t += n;
	n = strlen(ret_date);
	if (!strcmp(t, "Z"))
		snprintf(ret_date + n, PDF_DATE_SIZE - n, "Z");
	else if (strlen(t) == 6 && (*t == '+' || *t == '-') && t[3] == ':')
		snprintf(ret_date + n, PDF_DATE_SIZE - n, "%.3s'%.2s'", t,
			 t + 4);
	else
		return false;
	return true;
}

static void put_escaped(struct buffer *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '&')
			buffer_text(out, "&amp;");
		else if (*text == '<')
			buffer_text(out, "&lt;");
		else if (*text == '>')
			buffer_text(out, "&gt;");
		else
			buffer_put(out, text, 1);
	}
}

static void put_element(struct buffer *out, const char *name, const char *text)
{
	buffer_format(out, "<%s>", name);
	put_escaped(out, text);
	buffer_format(out, "</%s>\n", name);
}

static void put_default(struct buffer *out, const char *name, const char *text)
{
	buffer_format(out, "<%s><rdf:Alt><rdf:li xml:lang=\"x-default\">", name);
	put_escaped(out, text);
	buffer_format(out, "</rdf:li></rdf:Alt></%s>\n", name);
}

void metadata_write_xmp(struct writer *writer, unsigned number,
			const struct metadata *metadata)
{
	struct buffer out = { 0 };

	buffer_text(&out, "<?xpacket begin=\"\xEF\xBB\xBF\" "
		    "id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
		    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
		    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-"
		    "syntax-ns#\">\n<rdf:Description rdf:about=\"\"\n"
		    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n"
		    " xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"\n"
		    " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\n"
		    " xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n"
		    "<pdfaid:part>3</pdfaid:part>\n"
		    "<pdfaid:conformance>B</pdfaid:conformance>\n"
		    "<dc:format>application/pdf</dc:format>\n");
	put_default(&out, "dc:title", metadata->title);
	put_default(&out, "dc:description", metadata->subject);
	buffer_text(&out, "<dc:creator><rdf:Seq><rdf:li>");
	put_escaped(&out, metadata->author);
	buffer_text(&out, "</rdf:li></rdf:Seq></dc:creator>\n"
		    "<dc:language><rdf:Bag><rdf:li>");
	put_escaped(&out, metadata->language);
	buffer_text(&out, "</rdf:li></rdf:Bag></dc:language>\n");
	put_element(&out, "xmp:CreatorTool", metadata->creator);
	put_element(&out, "pdf:Producer", metadata->producer);
	if (metadata->time) {
		put_element(&out, "xmp:CreateDate", metadata->time);
		put_element(&out, "xmp:ModifyDate", metadata->time);
	}
	buffer_text(&out, "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n"
		    "<?xpacket end=\"w\"?>");
	/* Plain, so that programs that know no PDF find it too. */
	writer_stream(writer, number, "/Type/Metadata/Subtype/XML", out.bytes,
		      out.length, true);
	if (out.failed)
		writer->failed = true;
	buffer_clear(&out);
}

void metadata_write_info(struct writer *writer, unsigned number,
			 const struct metadata *metadata)
{
	const struct {
		const char *key, *text;
	} entries[] = {
		{ "/Title", metadata->title },
		{ "/Author", metadata->author },
		{ "/Subject", metadata->subject },
		{ "/Creator", metadata->creator },
		{ "/Producer", metadata->producer },
	};
	char date[PDF_DATE_SIZE];

	writer_open(writer, number);
	buffer_text(&writer->out, "<<");
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		buffer_text(&writer->out, entries[i].key);
		writer_string(&writer->out, entries[i].text);
	}
	if (metadata->time && metadata_date(metadata->time, date))
		buffer_format(&writer->out, "/CreationDate(%s)/ModDate(%s)",
			      date, date);
	buffer_text(&writer->out, ">>");
	writer_close(writer);
}
