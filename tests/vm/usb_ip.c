/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "simulate/set.h"
#include "vm/control.h"

/*
 * Practice drives as USB mass storage of a guest: what the guest's vhci-hcd is
 * connected to (usb_plug.c) is a USB/IP device of its own (the kernel's
 * Documentation/usb/usbip_protocol.rst), with one interface: SCSI over
 * Bulk-Only Transport 1.0.
 *
 *   usb_ip FILE
 *
 * Listens on 127.0.0.1 and says where: "listening PORT". A connection begins
 * with the serial number of the drive that it is for, 64 bytes.
 */

#define MAX_TRANSFER (1u << 20)
#define SERIAL_BYTES 64

/* USB/IP's commands and headers, big-endian. */
enum { CMD_SUBMIT = 1, CMD_UNLINK, RET_SUBMIT, RET_UNLINK };
#define HEADER 48

/* Bulk-Only Transport 5.1, 5.2. */
#define CBW_BYTES 31
#define CSW_BYTES 13
#define CBW_SIGNATURE 0x43425355u
#define CSW_SIGNATURE 0x53425355u

#define STALL (-EPIPE)

static struct simulate_set *set;

struct device {
	int fd;
	struct model *model;
	/* The command that is under way. */
	struct model_scsi scsi;
	uint8_t data[MAX_TRANSFER];
	uint32_t tag, wanted, given;      /* bytes of its data phase ... */
	uint32_t passed;                  /* ... that have gone over the bus */
	bool to_host, in_data, has_status;
	/* Sense data of the last command, for REQUEST SENSE. */
	uint8_t sense[64];
	size_t sense_length;
};

static void die(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

static void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("usb_ip: ", stderr);
	vfprintf(stderr, format, args);
	fputs("\n", stderr);
	va_end(args);
	exit(1);
}

static bool get(const struct device *d, void *to, size_t length)
{
	return length == 0 ||
	       recv(d->fd, to, length, MSG_WAITALL) == (ssize_t)length;
}

static bool put(const struct device *d, const void *from, size_t length)
{
	const uint8_t *at = from;

	while (length) {
		ssize_t n = send(d->fd, at, length, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		at += n;
		length -= (size_t)n;
	}
	return true;
}

/* --- descriptors (USB 2.0 9.6) ----------------------------------------------- */

static const uint8_t device_descriptor[] = {
	18, 1, 0x00, 0x02, 0, 0, 0, 64, 0xE5, 0x1D, 0x01, 0x00, 0, 1, 1, 2, 3, 1,
};

/* One interface, class 8 (mass storage), 6 (SCSI), 50h (bulk only). */
static const uint8_t configuration[] = {
	9, 2, 32, 0, 1, 1, 0, 0x80, 50,
	9, 4, 0, 0, 2, 8, 6, 0x50, 0,
	7, 5, 0x81, 2, 0x00, 0x02, 0,
	7, 5, 0x02, 2, 0x00, 0x02, 0,
};

static size_t string_descriptor(const struct device *d, uint8_t index,
				uint8_t *data)
{
	const char *text = index == 1 ? "Practice" : index == 2 ?
		"USB bridge" : model_config(d->model)->serial;
	size_t length = strlen(text);

	if (index == 0) {
		memcpy(data, "\x04\x03\x09\x04", 4);
		return 4;
	}
	data[0] = (uint8_t)(2 + 2 * length);
	data[1] = 3;
	for (size_t i = 0; i < length; i++)
		put_le16(data + 2 + 2 * i, (uint8_t)text[i]);
	return data[0];
}

/* --- SCSI ------------------------------------------------------------------------ */

/* What a bulk-only device has to remember: the sense data, which no status
 * carries, until it's asked for. */
static void request_sense(struct device *d)
{
	static const uint8_t nothing[18] = { 0x70, [7] = 10 };

	if (!d->sense_length) {
		memcpy(d->sense, nothing, sizeof(nothing));
		d->sense_length = sizeof(nothing);
	}
	d->given = d->scsi.cdb[4] < d->sense_length ? d->scsi.cdb[4] :
		(uint32_t)d->sense_length;
	memcpy(d->data, d->sense, d->given);
	d->sense_length = 0;
	d->scsi.ret_status = 0;
}

/* False if the drive says nothing any more. */
static bool execute(struct device *d)
{
	struct model_scsi *c = &d->scsi;

	c->data = d->data;
	c->length = d->wanted;
	c->direction = !d->wanted ? MODEL_NO_DATA : d->to_host ?
		MODEL_DATA_IN : MODEL_DATA_OUT;
	d->given = 0;
	d->has_status = true;
	if (c->cdb[0] == 0x03 && d->sense_length) {
		request_sense(d);
		return true;
	}
	if (c->cdb[0] == CONTROL_OPCODE) {
		d->given = (uint32_t)control(d->model, c->cdb[1], d->data,
					     d->to_host ? d->wanted : 0);
		return true;
	}
	if (model_scsi(d->model, c) < 0)
		return false;
	d->given = (uint32_t)c->ret_length;
	d->sense_length = c->ret_sense_length;
	memcpy(d->sense, c->ret_sense, c->ret_sense_length);
	return true;
}

/* A command block wrapper. */
static int begin(struct device *d, const uint8_t *cbw, size_t length)
{
	if (length != CBW_BYTES || get_le32(cbw) != CBW_SIGNATURE)
		return STALL;
	memset(&d->scsi, 0, sizeof(d->scsi));
	d->tag = get_le32(cbw + 4);
	d->wanted = get_le32(cbw + 8);
	d->to_host = cbw[12] & 0x80;
	d->scsi.cdb_length = cbw[14] & 31;
	if (d->wanted > sizeof(d->data) || d->scsi.cdb_length > 16)
		return STALL;
	memcpy(d->scsi.cdb, cbw + 15, 16);
	memset(d->data, 0, d->wanted);
	d->has_status = false;
	d->passed = 0;
	d->in_data = d->wanted != 0;
	return (int)length;
}

static void status(struct device *d, uint8_t csw[CSW_BYTES])
{
	put_le32(csw, CSW_SIGNATURE);
	put_le32(csw + 4, d->tag);
	put_le32(csw + 8, d->wanted - (d->wanted < d->given ? d->wanted :
				       d->given));
	csw[12] = d->scsi.ret_status ? 1 : 0;
}

/* --- URBs -------------------------------------------------------------------------- */

/* Each returns the bytes transferred, or a negative status; -ETIMEDOUT: there
 * will be no answer. */
static int bulk_out(struct device *d, const uint8_t *data, size_t length)
{
	if (!d->in_data || d->to_host)
		return begin(d, data, length);
	if (length > d->wanted - d->passed)
		return STALL;
	memcpy(d->data + d->passed, data, length);
	d->passed += (uint32_t)length;
	if (d->passed < d->wanted)
		return (int)length;
	d->in_data = false;
	if (!execute(d))
		return -ETIMEDOUT;
	d->given = d->wanted;
	return (int)length;
}

/* Fewer bytes than there is room for end the data phase. */
static int send_data(struct device *d, uint8_t *data, size_t length)
{
	uint32_t left = d->given - d->passed;
	uint32_t n = left < length ? left : (uint32_t)length;

	memcpy(data, d->data + d->passed, n);
	d->passed += n;
	d->in_data = n == length && d->passed < d->wanted;
	return (int)n;
}

static int bulk_in(struct device *d, uint8_t *data, size_t length)
{
	if (!d->has_status && !execute(d))
		return -ETIMEDOUT;
	if (d->in_data && d->to_host)
		return send_data(d, data, length);
	if (length < CSW_BYTES)
		return STALL;
	status(d, data);
	return CSW_BYTES;
}

static int descriptor(struct device *d, uint16_t value, uint8_t *data,
		      size_t length)
{
	uint8_t text[256];
	const uint8_t *from = text;
	size_t n;

	switch (value >> 8) {
	case 1:
		from = device_descriptor;
		n = sizeof(device_descriptor);
		break;
	case 2:
		from = configuration;
		n = sizeof(configuration);
		break;
	case 3:
		n = string_descriptor(d, value & 0xFF, text);
		break;
	default:
		return STALL;
	}
	n = n < length ? n : length;
	memcpy(data, from, n);
	return (int)n;
}

static int endpoint0(struct device *d, const uint8_t *setup, uint8_t *data,
		     size_t length)
{
	switch (setup[0] << 8 | setup[1]) {
	case 0x8006:                      /* GET DESCRIPTOR */
		return descriptor(d, get_le16(setup + 2), data, length);
	case 0x8000:                      /* GET STATUS */
	case 0x8100:
	case 0x8200:
		memset(data, 0, length);
		return (int)length;
	case 0xA1FE:                      /* Get Max LUN: one */
		data[0] = 0;
		return 1;
	case 0x21FF:                      /* Bulk-Only Mass Storage Reset */
		d->in_data = false;
		return 0;
	case 0x0009:                      /* SET CONFIGURATION, INTERFACE */
	case 0x010B:
	case 0x0201:                      /* CLEAR FEATURE: halt */
		return 0;
	default:
		return STALL;
	}
}

static bool answer(struct device *d, uint32_t command, uint32_t number,
		   int result, const uint8_t *data, bool has_data)
{
	uint8_t header[HEADER] = { 0 };

	put_be32(header, command);
	put_be32(header + 4, number);
	put_be32(header + 20, result < 0 ? (uint32_t)result : 0);
	if (command == RET_SUBMIT && result > 0)
		put_be32(header + 24, (uint32_t)result);
	return put(d, header, sizeof(header)) &&
	       (!has_data || result <= 0 || put(d, data, (size_t)result));
}

static bool submit(struct device *d, const uint8_t *header, uint8_t *buffer)
{
	bool in = get_be32(header + 12) == 1;
	uint32_t endpoint = get_be32(header + 16);
	uint32_t length = get_be32(header + 24);
	int r;

	if (length > MAX_TRANSFER || (!in && !get(d, buffer, length)))
		return false;
	if (endpoint == 0)
		r = endpoint0(d, header + 40, buffer, length);
	else if (in)
		r = bulk_in(d, buffer, length);
	else
		r = bulk_out(d, buffer, length);
	if (r == -ETIMEDOUT)
		return true;
	return answer(d, RET_SUBMIT, get_be32(header + 4), r, buffer, in);
}

/* What is to be taken back was never answered, or has been. */
static bool unlink_urb(struct device *d, const uint8_t *header)
{
	return answer(d, RET_UNLINK, get_be32(header + 4), -ECONNRESET, NULL,
		      false);
}

static struct model *find(const char *serial)
{
	for (size_t i = 0; i < simulate_set_count(set); i++) {
		struct model *m = simulate_set_model(set,
						     simulate_set_path(set, i));

		if (m && !strcmp(model_config(m)->serial, serial))
			return m;
	}
	return NULL;
}

static void *serve(void *opaque)
{
	struct device *d = opaque;
	uint8_t *buffer = malloc(MAX_TRANSFER);
	char serial[SERIAL_BYTES + 1] = "";
	uint8_t header[HEADER];

	if (buffer && get(d, serial, SERIAL_BYTES))
		d->model = find(serial);
	while (d->model && get(d, header, sizeof(header))) {
		uint32_t command = get_be32(header);

		if (command == CMD_SUBMIT ? !submit(d, header, buffer) :
		    command == CMD_UNLINK ? !unlink_urb(d, header) : true)
			break;
	}
	close(d->fd);
	free(buffer);
	free(d);
	return NULL;
}

/* --- beginning ------------------------------------------------------------------------ */

static int listen_here(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (void *)&address, sizeof(address)) < 0 ||
	    listen(fd, 16) < 0 ||
	    getsockname(fd, (void *)&address, &length) < 0)
		die("%s", strerror(errno));
	printf("listening %u\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

static void own_all(void)
{
	struct haiki_error err = { 0 };

	for (size_t i = 0; i < simulate_set_count(set); i++) {
		struct model *m = simulate_set_model(set,
						     simulate_set_path(set, i));

		if (m && model_own(m, &err) < 0)
			die("%s", err.text);
	}
}

static void disown_all(void)
{
	for (size_t i = 0; i < simulate_set_count(set); i++) {
		struct model *m = simulate_set_model(set,
						     simulate_set_path(set, i));

		if (m)
			model_disown(m);
	}
}

static void accept_one(int listener)
{
	struct device *d = calloc(1, sizeof(*d));
	pthread_t thread;
	int one = 1;

	if (!d)
		die("no memory");
	d->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (d->fd < 0)
		die("accept: %s", strerror(errno));
	setsockopt(d->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (pthread_create(&thread, NULL, serve, d))
		die("no more threads");
	pthread_detach(thread);
}

static void *accept_all(void *opaque)
{
	int *listener = opaque;

	for (;;)
		accept_one(*listener);
	return NULL;
}

int main(int argc, char **argv)
{
	struct haiki_error err = { 0 };
	pthread_t thread;
	sigset_t end;
	int listener, number;

	if (argc != 2)
		die("usage: usb_ip FILE");
	if (simulate_set_load(argv[1], &set, &err) < 0)
		die("%s", err.text);
	own_all();
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &end, NULL);
	listener = listen_here();
	if (pthread_create(&thread, NULL, accept_all, &listener))
		die("no more threads");
	sigwait(&end, &number);
	disown_all();
	return 0;
}
