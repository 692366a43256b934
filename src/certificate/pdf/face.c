/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/face.h"

#include <harfbuzz/hb-ot.h>
#include <harfbuzz/hb-subset.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/pdf/resource.h"

/* One character of one face; its code is its place in the list plus one. */
struct character {
	uint32_t code, selector;
	hb_codepoint_t gid;
	int advance;
};

struct typeface {
	hb_face_t *face;
	hb_font_t *font;
	struct character *characters;
	size_t count, room;
};

#define SLOTS 8192                /* a power of two, over the CIDs in use */
#define MAX_CHARACTERS (SLOTS / 2)

struct faces {
	struct typeface typeface[FACE_COUNT];
	size_t total;
	struct {
		uint8_t face;     /* + 1; 0 = free */
		uint16_t cid;
	} slot[SLOTS];
};

static const enum resource resource_of[FACE_COUNT] = {
	[FACE_REGULAR] = RESOURCE_REGULAR,
	[FACE_BOLD] = RESOURCE_BOLD,
	[FACE_KANJI] = RESOURCE_KANJI,
	[FACE_LATIN] = RESOURCE_LATIN,
};

struct faces *faces_new(void)
{
	return calloc(1, sizeof(struct faces));
}

void faces_free(struct faces *faces)
{
	if (!faces)
		return;
	for (size_t i = 0; i < FACE_COUNT; i++) {
		hb_font_destroy(faces->typeface[i].font);
		hb_face_destroy(faces->typeface[i].face);
		free(faces->typeface[i].characters);
	}
	free(faces);
}

void faces_cleanup(struct faces **faces)
{
	faces_free(*faces);
}

static int load(struct faces *faces, enum face face, struct haiki_error *err)
{
	struct typeface *typeface = &faces->typeface[face];
	char path[RESOURCE_PATH_SIZE];
	hb_blob_t *blob;
	int r;

	if (typeface->font)
		return 0;
	r = resource_find(resource_of[face], path, err);
	if (r < 0)
		return r;
	blob = hb_blob_create_from_file_or_fail(path);
	if (!blob)
		return error_errno(err, -EIO, N_("cannot read the font %s"),
				   path);
	typeface->face = hb_face_create(blob, 0);
	hb_blob_destroy(blob);
	if (hb_face_get_glyph_count(typeface->face) < 256)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EBADMSG,
				 N_("%s is not a usable font: reinstall its package"),
				 path);
	typeface->font = hb_font_create(typeface->face);
	hb_font_set_scale(typeface->font, 1000, 1000);
	return 0;
}

/* What couldn't be read of a name stands in the record as U+FFFD; printers
 * have the geta mark for that, and fonts have it too. */
#define UNREADABLE 0xFFFD
#define GETA_MARK 0x3013

static bool find_gid(const struct typeface *typeface, uint32_t code,
		     uint32_t selector, hb_codepoint_t *ret_gid)
{
	if (code == UNREADABLE)
		code = GETA_MARK;
	if (selector)
		return hb_font_get_variation_glyph(typeface->font, code,
						   selector, ret_gid);
	return hb_font_get_nominal_glyph(typeface->font, code, ret_gid) &&
	       *ret_gid != 0;
}

static int add(struct typeface *typeface, uint32_t code, uint32_t selector,
	       hb_codepoint_t gid)
{
	struct character *c;

	if (typeface->count == typeface->room) {
		size_t room = typeface->room ? typeface->room * 2 : 256;

		c = reallocarray(typeface->characters, room, sizeof(*c));
		if (!c)
			return -ENOMEM;
		typeface->characters = c;
		typeface->room = room;
	}
	c = &typeface->characters[typeface->count++];
	c->code = code;
	c->selector = selector;
	c->gid = gid;
	c->advance = hb_font_get_glyph_h_advance(typeface->font, gid);
	return 0;
}

/* The character's code in the face, given now if it has none yet. */
static int intern(struct faces *faces, enum face face, uint32_t code,
		  uint32_t selector, hb_codepoint_t gid,
		  struct glyph *ret_glyph)
{
	struct typeface *typeface = &faces->typeface[face];
	uint32_t hash = (code * 0x9E3779B1u ^ selector * 0x85EBCA6Bu ^
			 (uint32_t)face * 0xC2B2AE35u) >> 8;
	const struct character *c;
	size_t i;
	int r;

	for (i = hash % SLOTS; faces->slot[i].face; i = (i + 1) % SLOTS) {
		c = &faces->typeface[faces->slot[i].face - 1]
			     .characters[faces->slot[i].cid - 1];
		if (faces->slot[i].face - 1 == (int)face && c->code == code &&
		    c->selector == selector)
			break;
	}
	if (!faces->slot[i].face) {
		if (faces->total == MAX_CHARACTERS)
			return -EOVERFLOW;
		r = add(typeface, code, selector, gid);
		if (r < 0)
			return r;
		faces->total++;
		faces->slot[i].face = (uint8_t)(face + 1);
		faces->slot[i].cid = (uint16_t)typeface->count;
	}
	ret_glyph->face = face;
	ret_glyph->cid = faces->slot[i].cid;
	ret_glyph->advance =
		typeface->characters[ret_glyph->cid - 1].advance;
	return 0;
}

/* Letters, digits, punctuation, symbols and spaces; nothing that is invisible,
 * turns the direction of text or changes its neighbour. */
static bool is_printable(uint32_t code)
{
	return uc_is_general_category_withtable(code,
		UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_P |
		UC_CATEGORY_MASK_S | UC_CATEGORY_MASK_Zs);
}

static bool is_selector(uint32_t code)
{
	return (code >= 0xFE00 && code <= 0xFE0F) ||
	       (code >= 0xE0100 && code <= 0xE01EF);
}

static int missing(uint32_t code, uint32_t selector, struct haiki_error *err)
{
	if (selector)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EILSEQ,
				 N_("no font has the character U+%04X with the variant U+%04X: write it without the variant"),
				 code, selector);
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EILSEQ,
			 N_("no font has the character U+%04X, so the PDF can't show it: write it another way"),
			 code);
}

static int decode(const char *text, uint32_t *ret_code, uint32_t *ret_selector)
{
	const uint8_t *p = (const uint8_t *)text;
	ucs4_t code, next;
	int n, more;

	n = u8_strmbtouc(&code, p);
	if (n <= 0)
		return -EILSEQ;
	*ret_code = code;
	*ret_selector = 0;
	more = u8_strmbtouc(&next, p + n);
	if (more > 0 && is_selector(next)) {
		*ret_selector = next;
		n += more;
	}
	return n;
}

/* The first face that has the character: its style's own, then the others. */
static int find_face(struct faces *faces, enum face style, uint32_t code,
		     uint32_t selector, enum face *ret_face,
		     hb_codepoint_t *ret_gid, struct haiki_error *err)
{
	const enum face order[] = { style, FACE_KANJI, FACE_LATIN };

	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		int r = load(faces, order[i], err);

		if (r < 0)
			return r;
		if (find_gid(&faces->typeface[order[i]], code, selector,
			     ret_gid)) {
			*ret_face = order[i];
			return 0;
		}
	}
	return missing(code, selector, err);
}

int faces_glyph(struct faces *faces, enum face style, const char *text,
		struct glyph *ret_glyph, struct haiki_error *err)
{
	uint32_t code, selector;
	hb_codepoint_t gid;
	enum face face;
	int n = decode(text, &code, &selector);
	int r;

	if (n < 0)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EILSEQ,
				 N_("the record has text that isn't UTF-8"));
	if (!is_printable(code))
		return missing(code, selector, err);
	r = find_face(faces, style, code, selector, &face, &gid, err);
	if (r < 0)
		return r;
	r = intern(faces, face, code, selector, gid, ret_glyph);
	if (r < 0)
		return error_errno(err, r, N_("cannot set the PDF's text"));
	return n;
}

bool faces_used(const struct faces *faces, enum face face)
{
	return faces->typeface[face].count > 0;
}

const char *faces_name(enum face face)
{
	static const char *const names[FACE_COUNT] = { "F1", "F2", "F3", "F4" };

	return names[face];
}

static hb_subset_plan_t *make_plan(const struct typeface *typeface)
{
	static const hb_tag_t dropped[] = {
		HB_TAG('G','S','U','B'), HB_TAG('G','P','O','S'),
		HB_TAG('G','D','E','F'), HB_TAG('B','A','S','E'),
		HB_TAG('v','h','e','a'), HB_TAG('v','m','t','x'),
		HB_TAG('V','O','R','G'), HB_TAG('D','S','I','G'),
		HB_TAG('g','a','s','p'), HB_TAG('n','a','m','e'),
		HB_TAG('p','o','s','t'), HB_TAG('O','S','/','2'),
		HB_TAG('m','e','t','a'), HB_TAG('c','m','a','p'),
		HB_TAG('h','d','m','x'), HB_TAG('L','T','S','H'),
		HB_TAG('V','D','M','X'), HB_TAG('k','e','r','n'),
		HB_TAG('P','C','L','T'),
	};
	hb_subset_input_t *input = hb_subset_input_create_or_fail();
	hb_subset_plan_t *plan;
	hb_set_t *set;

	if (!input)
		return NULL;
	hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING |
					 HB_SUBSET_FLAGS_NOTDEF_OUTLINE);
	set = hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG);
	for (size_t i = 0; i < ARRAY_SIZE(dropped); i++)
		hb_set_add(set, dropped[i]);
	set = hb_subset_input_glyph_set(input);
	for (size_t i = 0; i < typeface->count; i++)
		hb_set_add(set, typeface->characters[i].gid);
	plan = hb_subset_plan_create_or_fail(typeface->face, input);
	hb_subset_input_destroy(input);
	return plan;
}

/* The program with the glyphs used, and where each code's glyph is in it. */
static int subset(const struct typeface *typeface, hb_blob_t **ret_program,
		  uint8_t *ret_map)
{
	hb_subset_plan_t *plan = make_plan(typeface);
	hb_face_t *face = plan ? hb_subset_plan_execute_or_fail(plan) : NULL;
	const hb_map_t *map;
	int r = face ? 0 : -ENOMEM;

	if (r == 0) {
		map = hb_subset_plan_old_to_new_glyph_mapping(plan);
		put_be16(ret_map, 0);
		for (size_t i = 0; i < typeface->count; i++) {
			hb_codepoint_t gid = hb_map_get(map,
						typeface->characters[i].gid);

			if (gid > 0xFFFF)
				r = -EBADMSG;
			put_be16(ret_map + 2 * (i + 1), (uint16_t)gid);
		}
	}
	if (r == 0)
		*ret_program = hb_face_reference_blob(face);
	hb_face_destroy(face);
	hb_subset_plan_destroy(plan);
	return r;
}

/* Six capitals before the name of a subset (ISO 32000-1, 9.6.4). */
static void make_tag(const struct typeface *typeface, char ret_tag[7])
{
	uint64_t hash = 0xCBF29CE484222325u;

	for (size_t i = 0; i < typeface->count; i++)
		hash = (hash ^ typeface->characters[i].gid) * 0x100000001B3u;
	for (size_t i = 0; i < 6; i++, hash /= 26)
		ret_tag[i] = (char)('A' + hash % 26);
	ret_tag[6] = '\0';
}

static void write_utf16(struct buffer *out, uint32_t code)
{
	if (code > 0xFFFF)
		buffer_format(out, "%04X%04X", 0xD800 + ((code - 0x10000) >> 10),
			      0xDC00 + ((code - 0x10000) & 0x3FF));
	else if (code)
		buffer_format(out, "%04X", code);
}

/* What text a code stands for, so that it can be searched and copied. */
static void make_unicode_map(const struct typeface *typeface,
			     struct buffer *out)
{
	buffer_text(out,
		"/CIDInit /ProcSet findresource begin\n12 dict begin\n"
		"begincmap\n/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)"
		"/Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n"
		"/CMapType 2 def\n1 begincodespacerange\n<0000><FFFF>\n"
		"endcodespacerange\n");
	for (size_t i = 0; i < typeface->count; i++) {
		size_t left = typeface->count - i;

		if (i % 100 == 0)
			buffer_format(out, "%zu beginbfchar\n",
				      left < 100 ? left : (size_t)100);
		buffer_format(out, "<%04zX><", i + 1);
		write_utf16(out, typeface->characters[i].code);
		write_utf16(out, typeface->characters[i].selector);
		buffer_text(out, ">\n");
		if (i % 100 == 99 || left == 1)
			buffer_text(out, "endbfchar\n");
	}
	buffer_text(out, "endcmap\nCMapName currentdict /CMap defineresource "
		    "pop\nend\nend\n");
}

static int em(hb_face_t *face, int value)
{
	return value * 1000 / (int)hb_face_get_upem(face);
}

static void write_descriptor(const struct typeface *typeface, const char *name,
			     struct writer *writer, unsigned number,
			     unsigned program)
{
	hb_blob_t *head = hb_face_reference_table(typeface->face,
						  HB_TAG('h','e','a','d'));
	unsigned length;
	const char *bytes = hb_blob_get_data(head, &length);
	hb_font_extents_t extents;

	if (length < 54 ||
	    !hb_font_get_h_extents(typeface->font, &extents)) {
		writer->failed = true;
		hb_blob_destroy(head);
		return;
	}
	writer_open(writer, number);
	buffer_format(&writer->out,
		      "<</Type/FontDescriptor/FontName/%s/Flags 4"
		      "/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d"
		      "/Descent %d/CapHeight 740/StemV 80/FontFile2 %u 0 R>>",
		      name, em(typeface->face, (int16_t)get_be16(bytes + 36)),
		      em(typeface->face, (int16_t)get_be16(bytes + 38)),
		      em(typeface->face, (int16_t)get_be16(bytes + 40)),
		      em(typeface->face, (int16_t)get_be16(bytes + 42)),
		      extents.ascender, extents.descender, program);
	writer_close(writer);
	hb_blob_destroy(head);
}

struct font_objects {
	unsigned descendant, descriptor, program, unicode, map;
};

static void write_dictionaries(const struct typeface *typeface,
			       const char *name, struct writer *writer,
			       unsigned number, const struct font_objects *ids)
{
	writer_open(writer, number);
	buffer_format(&writer->out,
		      "<</Type/Font/Subtype/Type0/BaseFont/%s"
		      "/Encoding/Identity-H/DescendantFonts[%u 0 R]"
		      "/ToUnicode %u 0 R>>",
		      name, ids->descendant, ids->unicode);
	writer_close(writer);
	writer_open(writer, ids->descendant);
	buffer_format(&writer->out,
		      "<</Type/Font/Subtype/CIDFontType2/BaseFont/%s"
		      "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
		      "/Supplement 0>>/FontDescriptor %u 0 R"
		      "/CIDToGIDMap %u 0 R/DW 1000/W[1[",
		      name, ids->descriptor, ids->map);
	for (size_t i = 0; i < typeface->count; i++)
		buffer_format(&writer->out, "%d ",
			      typeface->characters[i].advance);
	buffer_text(&writer->out, "]]>>");
	writer_close(writer);
	write_descriptor(typeface, name, writer, ids->descriptor, ids->program);
}

static void write_program(hb_blob_t *program, struct writer *writer,
			  unsigned number)
{
	unsigned length;
	const char *bytes = hb_blob_get_data(program, &length);
	char entry[32];

	snprintf(entry, sizeof(entry), "/Length1 %u", length);
	writer_stream(writer, number, entry, bytes, length, false);
}

int faces_write(struct faces *faces, enum face face, struct writer *writer,
		unsigned number, struct haiki_error *err)
{
	const struct typeface *typeface = &faces->typeface[face];
	const struct font_objects ids = {
		writer_reserve(writer), writer_reserve(writer),
		writer_reserve(writer), writer_reserve(writer),
		writer_reserve(writer),
	};
	size_t map_length = 2 * (typeface->count + 1);
	CLEANUP(free) uint8_t *map = malloc(map_length);
	CLEANUP(buffer) struct buffer unicode = { 0 };
	hb_blob_t *program = NULL;
	char name[80], tag[7];
	int r = map ? subset(typeface, &program, map) : -ENOMEM;

	if (r < 0)
		return error_errno(err, r, N_("cannot make a subset of the font %s"),
				   resource_name(resource_of[face]));
	make_tag(typeface, tag);
	snprintf(name, sizeof(name), "%s+%s", tag,
		 resource_name(resource_of[face]));
	make_unicode_map(typeface, &unicode);
	write_dictionaries(typeface, name, writer, number, &ids);
	write_program(program, writer, ids.program);
	writer_stream(writer, ids.unicode, "", unicode.bytes, unicode.length,
		      false);
	writer_stream(writer, ids.map, "", map, map_length, false);
	if (unicode.failed)
		writer->failed = true;
	hb_blob_destroy(program);
	return 0;
}

void faces_describe(const struct faces *faces, struct buffer *out)
{
	for (size_t i = 0; i < FACE_COUNT; i++) {
		hb_blob_t *head;
		unsigned length;
		const char *bytes;

		if (!faces->typeface[i].count)
			continue;
		head = hb_face_reference_table(faces->typeface[i].face,
					       HB_TAG('h','e','a','d'));
		bytes = hb_blob_get_data(head, &length);
		/* The sum over the whole file that every font carries. */
		buffer_format(out, " %s/%08x", resource_name(resource_of[i]),
			      length >= 12 ? get_be32(bytes + 8) : 0);
		hb_blob_destroy(head);
	}
}
