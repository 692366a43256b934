/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
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
 * Practice NVMe drives behind the kernel's own driver: an NVMe/TCP target.
 *
 *   nvme_tcp [--mute] FILE [PORT]
 *
 * Listens on 127.0.0.1, at a free port unless one is given, and says where:
 * "listening PORT". Every NVMe drive of the practice file is a subsystem, its
 * NQN NQN_PREFIX and its ID; each queue has a thread. Admin command C2h asks
 * for what only the lab can do (control.h). A drive whose power was cut hangs
 * up, and is on again for the next admin queue; --mute: it says nothing any
 * more, as if the machine had lost its power, too. SIGTERM is the end; with
 * --mute the power of all drives has failed then. NVMe over Fabrics 1.1,
 * NVMe/TCP Transport 1.0.
 */

#define NQN_PREFIX "nqn.2014-08.org.nvmexpress:practice-"

enum {
	PDU_IC_REQ = 0, PDU_IC_RESP = 1, PDU_COMMAND = 4, PDU_RESPONSE = 5,
	PDU_H2C_DATA = 6, PDU_C2H_DATA = 7, PDU_R2T = 9,
};

#define COMMON 8                      /* bytes of every PDU's header */
#define MAX_DATA (1u << 20)
#define IN_CAPSULE 8192               /* of the admin queue, as Linux sends */

#define OP_FABRICS 0x7F
#define OP_ASYNC_EVENT 0x0C
#define OP_KEEP_ALIVE 0x18
#define OP_ABORT 0x08

static struct simulate_set *set;
static bool mute;

/* A command capsule. */
struct capsule {
	struct capsule *next;
	uint8_t sqe[64];
	uint8_t inside[IN_CAPSULE];
	size_t inside_length;
};

/* One TCP connection is one queue. */
struct queue {
	int fd;
	struct model *model;              /* NULL until connected */
	uint16_t id;
	uint16_t head, size;
	uint32_t configuration;           /* CC, of the admin queue */
	uint32_t status;                  /* CSTS */
	/* Commands that came while another one's data was waited for. */
	struct capsule *first, **last;
};

static void die(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

static void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("nvme_tcp: ", stderr);
	vfprintf(stderr, format, args);
	fputs("\n", stderr);
	va_end(args);
	exit(1);
}

/* --- the wire ------------------------------------------------------------- */

static bool get(const struct queue *q, void *to, size_t length)
{
	return length == 0 ||
	       recv(q->fd, to, length, MSG_WAITALL) == (ssize_t)length;
}

static bool put(const struct queue *q, const void *from, size_t length)
{
	const uint8_t *at = from;

	while (length) {
		ssize_t n = send(q->fd, at, length, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		at += n;
		length -= (size_t)n;
	}
	return true;
}

static void common_header(uint8_t *pdu, uint8_t type, uint8_t flags,
			  uint8_t header, uint8_t offset, uint32_t length)
{
	memset(pdu, 0, header);
	pdu[0] = type;
	pdu[1] = flags;
	pdu[2] = header;
	pdu[3] = offset;
	put_le32(pdu + 4, length);
}

static bool send_response(struct queue *q, const uint8_t *sqe, uint64_t result,
			  uint16_t status, bool dnr)
{
	uint8_t pdu[24];

	common_header(pdu, PDU_RESPONSE, 0, 24, 0, 24);
	put_le64(pdu + 8, result);
	q->head = (uint16_t)((q->head + 1) % q->size);
	put_le16(pdu + 16, q->head);
	put_le16(pdu + 18, q->id);
	memcpy(pdu + 20, sqe + 2, 2);
	/* The field's bit 0 is the phase; here it's reserved. */
	put_le16(pdu + 22, (uint16_t)(status << 1 | (dnr ? 0x8000 : 0)));
	return put(q, pdu, sizeof(pdu));
}

static bool send_data(struct queue *q, const uint8_t *sqe, const void *data,
		      size_t length)
{
	uint8_t pdu[24];

	if (!length)
		return true;
	common_header(pdu, PDU_C2H_DATA, 0x04, 24, 24,
		      (uint32_t)(24 + length));
	memcpy(pdu + 8, sqe + 2, 2);
	put_le32(pdu + 16, (uint32_t)length);
	return put(q, pdu, sizeof(pdu)) && put(q, data, length);
}

/* The rest of a command capsule whose common header is in `common`. */
static struct capsule *get_capsule(const struct queue *q,
				   const uint8_t *common)
{
	struct capsule *c = calloc(1, sizeof(*c));
	uint8_t padding[256];
	size_t length, skip;

	if (!c || common[0] != PDU_COMMAND || common[2] != COMMON + 64 ||
	    !get(q, c->sqe, 64))
		goto failed;
	length = get_le32(common + 4) - (COMMON + 64);
	skip = common[3] > COMMON + 64 ? common[3] - (COMMON + 64u) : 0;
	if (skip > sizeof(padding) || skip > length ||
	    length - skip > sizeof(c->inside) || !get(q, padding, skip) ||
	    !get(q, c->inside, length - skip))
		goto failed;
	c->inside_length = length - skip;
	return c;
failed:
	free(c);
	return NULL;
}

/* The next H2C data PDU's header; commands that come before it must wait. */
static bool get_data_header(struct queue *q, uint8_t pdu[24])
{
	for (;;) {
		struct capsule *c;

		if (!get(q, pdu, COMMON))
			return false;
		if (pdu[0] == PDU_H2C_DATA)
			return get(q, pdu + COMMON, 24 - COMMON);
		c = get_capsule(q, pdu);
		if (!c)
			return false;
		*q->last = c;
		q->last = &c->next;
	}
}

/* Asks for a command's data and takes it, in as many PDUs as come. */
static bool fetch_data(struct queue *q, const uint8_t *sqe, uint8_t *data,
		       size_t length)
{
	uint8_t pdu[24];
	size_t got = 0;

	common_header(pdu, PDU_R2T, 0, 24, 0, 24);
	memcpy(pdu + 8, sqe + 2, 2);
	put_le32(pdu + 16, (uint32_t)length);
	if (!put(q, pdu, sizeof(pdu)))
		return false;
	while (got < length) {
		uint32_t offset, size;

		if (!get_data_header(q, pdu))
			return false;
		offset = get_le32(pdu + 12);
		size = get_le32(pdu + 16);
		if (offset != got || size > length - got ||
		    !get(q, data + got, size))
			return false;
		got += size;
	}
	return true;
}

/* --- Fabrics commands -------------------------------------------------------- */

/* The data of Connect names the subsystem (NVMe over Fabrics 1.1, 3.3). */
#define CONNECT_BYTES 1024
#define CONNECT_SUBNQN 256

static struct model *find_model(const uint8_t *inside, size_t length)
{
	const size_t prefix = strlen(NQN_PREFIX);
	const char *nqn = (const char *)inside + CONNECT_SUBNQN;
	struct model *m;
	char path[80];

	if (length < CONNECT_BYTES || strnlen(nqn, 256) == 256 ||
	    strncmp(nqn, NQN_PREFIX, prefix) != 0)
		return NULL;
	snprintf(path, sizeof(path), "sim:%s", nqn + prefix);
	m = simulate_set_model(set, path);
	return m && model_config(m)->kind == MODEL_NVME ? m : NULL;
}

static bool connect_queue(struct queue *q, const uint8_t *sqe,
			  const uint8_t *inside, size_t length)
{
	q->model = find_model(inside, length);
	if (!q->model)                /* Connect Invalid Parameters */
		return send_response(q, sqe, 0, 0x182, true);
	q->id = get_le16(sqe + 42);
	q->size = (uint16_t)(get_le16(sqe + 44) + 1);
	q->head = 0;
	/* Plugged in again: the drive's power is back. */
	if (q->id == 0 && model_gone(q->model) && !mute)
		model_power_cycle(q->model);
	return send_response(q, sqe, 1, 0, false);
}

static uint64_t property(const struct queue *q, uint32_t offset)
{
	switch (offset) {
	case 0x00:                    /* CAP: 128 entries, 5 s, NVM, CQR */
		return 127 | 1u << 16 | 10ull << 24 | 1ull << 37;
	case 0x08:
		return 0x00010400;
	case 0x14:
		return q->configuration;
	case 0x1C:
		return q->status;
	default:
		return 0;
	}
}

static bool fabrics(struct queue *q, const uint8_t *sqe, const uint8_t *inside,
		    size_t length)
{
	uint32_t offset = get_le32(sqe + 44);

	switch (sqe[4]) {
	case 0x00:                    /* Property Set */
		if (offset == 0x14) {
			q->configuration = get_le32(sqe + 48);
			/* Ready follows enable; a shutdown is done at once. */
			q->status = q->configuration & 1;
			if (q->configuration >> 14 & 3)
				q->status |= 2u << 2;
		}
		return send_response(q, sqe, 0, 0, false);
	case 0x01:
		return connect_queue(q, sqe, inside, length);
	case 0x04:                    /* Property Get */
		return send_response(q, sqe, property(q, offset), 0, false);
	default:
		return send_response(q, sqe, 0, 0x02, true);
	}
}

/* --- commands ------------------------------------------------------------------ */

/* What a controller says of itself over Fabrics, over the drive's own words. */
static void patch_identify(uint8_t *data)
{
	data[76] = 0;                         /* CMIC: one port, plain names */
	put_le32(data + 92, 0x00000100);      /* OAES: namespace changes */
	put_le16(data + 320, 10);             /* KAS: 1 s */
	put_le16(data + 514, 128);            /* MAXCMD */
	put_le32(data + 536, 0x00100001);     /* SGLS: offsets too */
	put_le32(data + 1792, 4);             /* IOCCSZ: the SQE alone */
	put_le32(data + 1796, 1);             /* IORCSZ */
	data[1803] = 1;
}

static enum model_direction direction_of(uint8_t opcode, size_t length)
{
	if (!length)
		return MODEL_NO_DATA;
	return opcode & 1 ? MODEL_DATA_OUT : MODEL_DATA_IN;
}

static bool run_command(struct queue *q, const uint8_t *sqe, uint8_t *data,
			size_t length)
{
	struct model_nvme c = {
		.io = q->id != 0,
		.opcode = sqe[0],
		.nsid = get_le32(sqe + 4),
		.cdw10 = get_le32(sqe + 40), .cdw11 = get_le32(sqe + 44),
		.cdw12 = get_le32(sqe + 48), .cdw13 = get_le32(sqe + 52),
		.cdw14 = get_le32(sqe + 56), .cdw15 = get_le32(sqe + 60),
		.data = data, .length = length,
		.direction = direction_of(sqe[0], length),
	};
	int rc;

	if (!c.io && c.opcode == CONTROL_NVME_OPCODE) {
		(void)control(q->model, (uint8_t)c.cdw12, data, length);
		return send_data(q, sqe, data, length) &&
		       send_response(q, sqe, 0, 0, false);
	}
	rc = model_nvme(q->model, &c);
	if (rc == -ETIMEDOUT || (rc < 0 && mute))
		return true;              /* never answered */
	if (rc < 0)
		return false;             /* gone: hang up */
	if (!c.io && c.opcode == 0x06 && (c.cdw10 & 0xFF) == 1 &&
	    c.ret_length >= 4096)
		patch_identify(data);
	/* What the host has room for is what it gets. */
	if (c.ret_status == 0 && c.direction == MODEL_DATA_IN &&
	    !send_data(q, sqe, data, length))
		return false;
	return send_response(q, sqe, c.ret_result, c.ret_status, c.ret_dnr);
}

static bool command(struct queue *q, const uint8_t *sqe, const uint8_t *inside,
		    size_t inside_length)
{
	CLEANUP(free) uint8_t *data = NULL;
	size_t length = get_le32(sqe + 32);
	uint8_t sgl = sqe[39];

	if (sqe[0] == OP_FABRICS)
		return fabrics(q, sqe, inside, inside_length);
	if (!q->model)
		return false;
	if (q->id == 0 && sqe[0] == OP_ASYNC_EVENT)
		return true;              /* no event ever comes */
	if (q->id == 0 && (sqe[0] == OP_KEEP_ALIVE || sqe[0] == OP_ABORT))
		return send_response(q, sqe, sqe[0] == OP_ABORT, 0, false);
	/* DSM and the like have a bidirectional code but send data. */
	if (!(sqe[0] & 3))
		length = 0;
	if (length > MAX_DATA)
		return send_response(q, sqe, 0, 0x02, true);
	data = calloc(1, length + 1);
	if (!data)
		return false;
	if (length && sqe[0] & 1) {
		if (sgl == 0x01 && inside_length >= length)
			memcpy(data, inside, length);
		else if (!fetch_data(q, sqe, data, length))
			return false;
	}
	return run_command(q, sqe, data, length);
}

/* --- queues ---------------------------------------------------------------------- */

static bool shake_hands(struct queue *q)
{
	uint8_t pdu[128];

	if (!get(q, pdu, sizeof(pdu)) || pdu[0] != PDU_IC_REQ || pdu[11])
		return false;
	common_header(pdu, PDU_IC_RESP, 0, 128, 0, 128);
	put_le32(pdu + 12, MAX_DATA);
	return put(q, pdu, sizeof(pdu));
}

static bool one_capsule(struct queue *q)
{
	CLEANUP(free) struct capsule *c = q->first;
	uint8_t common[COMMON];

	if (c) {
		q->first = c->next;
		if (!q->first)
			q->last = &q->first;
	} else {
		c = get(q, common, COMMON) ? get_capsule(q, common) : NULL;
	}
	return c && command(q, c->sqe, c->inside, c->inside_length);
}

static void *queue_thread(void *opaque)
{
	struct queue *q = opaque;

	if (shake_hands(q))
		while (one_capsule(q))
			;
	shutdown(q->fd, SHUT_RDWR);
	close(q->fd);
	while (q->first) {
		struct capsule *c = q->first;

		q->first = c->next;
		free(c);
	}
	free(q);
	return NULL;
}

static int listen_at(const char *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	if (fd < 0 || bind(fd, (void *)&address, sizeof(address)) < 0 ||
	    listen(fd, 64) < 0 || getsockname(fd, (void *)&address, &size) < 0)
		die("port %s: %s", port, strerror(errno));
	printf("listening %u\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

static void own_drives(void)
{
	struct haiki_error err = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < simulate_set_count(set); i++) {
		struct model *m = simulate_set_model(set,
						     simulate_set_path(set, i));

		if (!m || model_config(m)->kind != MODEL_NVME)
			continue;
		if (model_own(m, &err) < 0)
			die("%s", err.text);
		count++;
	}
	if (!count)
		die("there is no NVMe drive");
}

static void serve(int listener)
{
	struct queue *q = calloc(1, sizeof(*q));
	pthread_t thread;

	if (!q)
		die("no memory");
	q->size = 1;
	q->last = &q->first;
	q->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (q->fd < 0)
		die("accept: %s", strerror(errno));
	setsockopt(q->fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	if (pthread_create(&thread, NULL, queue_thread, q))
		die("no more threads");
	pthread_detach(thread);
}

static volatile sig_atomic_t ended;

static void end(int number)
{
	ended = number;
}

/* What the drives hold stays in the set's folder. */
static void give_back(void)
{
	for (size_t i = 0; i < simulate_set_count(set); i++) {
		struct model *m = simulate_set_model(set,
						     simulate_set_path(set, i));

		if (!m || model_config(m)->kind != MODEL_NVME)
			continue;
		if (mute)
			model_power_cycle(m);
		model_disown(m);
	}
}

int main(int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = end };
	struct haiki_error err = { 0 };
	struct pollfd listener = { .events = POLLIN };
	sigset_t term, waiting;

	mute = argc > 1 && strcmp(argv[1], "--mute") == 0;
	argc -= mute;
	argv += mute;
	if (argc != 2 && argc != 3)
		die("usage: nvme_tcp [--mute] FILE [PORT]");
	if (simulate_set_load(argv[1], &set, &err) < 0)
		die("%s", err.text);
	own_drives();
	signal(SIGPIPE, SIG_IGN);
	/* Only the wait below is ended by it, no thread. */
	sigaction(SIGTERM, &action, NULL);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &waiting);
	listener.fd = listen_at(argc == 3 ? argv[2] : "0");
	while (!ended) {
		if (ppoll(&listener, 1, NULL, &waiting) > 0)
			serve(listener.fd);
	}
	give_back();
	return 0;
}
