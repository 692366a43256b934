/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/virtio_ring.h>
#include <linux/virtio_scsi.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "base/error.h"
#include "simulate/set.h"
#include "vm/control.h"

/*
 * Practice drives as SCSI disks of a QEMU guest: a vhost-user-scsi back end.
 *
 *   vhost_scsi [--mute] FILE SOCKET
 *
 * Every drive of the practice file that speaks SCSI or ATA becomes a target,
 * in the file's order; the guest's raw CDBs go to its model. CDB C0h asks for
 * what only the lab can do (control.h). Serves one QEMU, then ends. --mute: a
 * drive whose power was cut says nothing any more, as if the machine had lost
 * its power, too; else it's gone from the bus. And when QEMU ends, the power of
 * all of them has failed.
 */

#define MAX_TARGETS 64
#define MAX_REGIONS 8
#define MAX_QUEUES 8
#define MAX_DATA (16u << 20)
#define MAX_BUFFERS 256

/* --- the vhost-user messages of the protocol's description ---------------- */

enum {
	GET_FEATURES = 1, SET_FEATURES, SET_OWNER, RESET_OWNER, SET_MEM_TABLE,
	SET_LOG_BASE, SET_LOG_FD, SET_VRING_NUM, SET_VRING_ADDR,
	SET_VRING_BASE, GET_VRING_BASE, SET_VRING_KICK, SET_VRING_CALL,
	SET_VRING_ERR, GET_PROTOCOL_FEATURES, SET_PROTOCOL_FEATURES,
	GET_QUEUE_NUM, SET_VRING_ENABLE,
};

#define FLAG_VERSION 1u
#define FLAG_REPLY 4u
#define FLAG_NEED_REPLY 8u

#define FEATURES (1ull << VIRTIO_SCSI_F_HOTPLUG | \
		  1ull << VIRTIO_RING_F_INDIRECT_DESC | \
		  1ull << 30 /* protocol features */ | \
		  1ull << 32 /* VERSION_1 */)
#define PROTOCOL_FEATURES (1ull << 0 /* MQ */ | 1ull << 3 /* REPLY_ACK */)

struct region {
	uint64_t guest, size, user, offset;
};

struct message {
	uint32_t request, flags, size;
	union {
		uint64_t number;
		struct { uint32_t index, value; } vring;
		struct {
			uint32_t index, flags;
			uint64_t desc, used, avail, log;
		} address;
		struct {
			uint32_t count, padding;
			struct region region[MAX_REGIONS];
		} memory;
		uint8_t bytes[512];
	} u;
} __attribute__((packed));

#define HEADER_BYTES 12

/* --- the guest's side ------------------------------------------------------ */

struct mapping {
	struct region region;
	uint8_t *at;
	size_t length;
};

struct queue {
	struct vring ring;
	uint64_t desc, used, avail;       /* QEMU's addresses */
	uint32_t count;
	uint16_t next_avail, next_used;
	int kick, call;
	bool running;
};

struct request {
	struct request *next;
	struct queue *queue;
	uint16_t head;
	struct virtio_scsi_cmd_req header;
	uint8_t *data;                    /* both ways */
	size_t out_length, in_length;
	struct iovec in[MAX_BUFFERS];
	size_t in_count;
};

struct target {
	struct server *server;
	struct model *model;
	pthread_t thread;
	pthread_cond_t wakes;
	struct request *first, **last;
};

struct server {
	int socket;
	pthread_mutex_t lock;             /* rings and lists */
	struct mapping mappings[MAX_REGIONS];
	size_t mappings_count;
	struct queue queues[MAX_QUEUES];
	struct target targets[MAX_TARGETS];
	size_t targets_count;
	bool suspends;                    /* the guest said it will */
	bool mute;
};

static void die(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

static void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("vhost_scsi: ", stderr);
	vfprintf(stderr, format, args);
	fputs("\n", stderr);
	va_end(args);
	exit(1);
}

static void *guest_pointer(struct server *s, uint64_t address, uint64_t length)
{
	for (size_t i = 0; i < s->mappings_count; i++) {
		struct region *r = &s->mappings[i].region;

		if (address >= r->guest && address - r->guest < r->size &&
		    length <= r->size - (address - r->guest))
			return s->mappings[i].at + r->offset +
			       (address - r->guest);
	}
	return NULL;
}

static void *user_pointer(struct server *s, uint64_t address)
{
	for (size_t i = 0; i < s->mappings_count; i++) {
		struct region *r = &s->mappings[i].region;

		if (address >= r->user && address - r->user < r->size)
			return s->mappings[i].at + r->offset +
			       (address - r->user);
	}
	die("a ring lies outside the guest's memory");
}

/* --- answering ---------------------------------------------------------------- */

static void scatter(struct request *r, size_t skip, const void *data,
		    size_t length)
{
	const uint8_t *from = data;

	for (size_t i = 0; i < r->in_count && length; i++) {
		size_t n = r->in[i].iov_len;

		if (skip >= n) {
			skip -= n;
			continue;
		}
		n -= skip;
		if (n > length)
			n = length;
		memcpy((uint8_t *)r->in[i].iov_base + skip, from, n);
		from += n;
		length -= n;
		skip = 0;
	}
}

static void complete(struct server *s, struct request *r, uint32_t written)
{
	struct queue *q = r->queue;
	struct vring_used_elem *used;

	pthread_mutex_lock(&s->lock);
	if (q->running) {
		used = &q->ring.used->ring[q->next_used % q->ring.num];
		used->id = r->head;
		used->len = written;
		__atomic_store_n(&q->ring.used->idx, ++q->next_used,
				 __ATOMIC_RELEASE);
		if (q->call >= 0)
			(void)!write(q->call, &(uint64_t){ 1 }, 8);
	}
	pthread_mutex_unlock(&s->lock);
	free(r->data);
	free(r);
}

static void respond(struct server *s, struct request *r, uint8_t response,
		    const struct model_scsi *c)
{
	struct virtio_scsi_cmd_resp resp = { .response = response };
	size_t sent = 0;

	if (c) {
		resp.status = c->ret_status;
		resp.sense_len = (uint32_t)c->ret_sense_length;
		memcpy(resp.sense, c->ret_sense, sizeof(c->ret_sense));
		if (c->direction == MODEL_DATA_IN)
			sent = c->ret_length;
		resp.resid = (uint32_t)(c->direction == MODEL_DATA_IN ?
			     r->in_length - sent : 0);
	}
	scatter(r, 0, &resp, sizeof(resp));
	if (sent)
		scatter(r, sizeof(resp), r->data, sent);
	complete(s, r, (uint32_t)(sizeof(resp) + sent));
}

static void execute(struct target *t, struct request *r)
{
	struct model_scsi c = { .cdb_length = 32, .data = r->data };
	int rc;

	memcpy(c.cdb, r->header.cdb, sizeof(c.cdb));
	if (r->out_length) {
		c.direction = MODEL_DATA_OUT;
		c.length = r->out_length;
	} else if (r->in_length) {
		c.direction = MODEL_DATA_IN;
		c.length = r->in_length;
	}
	if (c.cdb[0] == CONTROL_OPCODE) {
		if (c.cdb[1] == CONTROL_SUSPEND)
			t->server->suspends = true;
		c.ret_length = control(t->model, c.cdb[1], c.data,
				       c.direction == MODEL_DATA_IN ?
				       c.length : 0);
		rc = 0;
	} else {
		rc = model_scsi(t->model, &c);
	}
	if (rc < 0 && t->server->mute)
		rc = -ETIMEDOUT;
	switch (rc) {
	case 0:
		respond(t->server, r, VIRTIO_SCSI_S_OK, &c);
		break;
	case -ETIMEDOUT:              /* never answered */
		free(r->data);
		free(r);
		break;
	default:
		respond(t->server, r, VIRTIO_SCSI_S_BAD_TARGET, NULL);
		break;
	}
}

static void *target_thread(void *opaque)
{
	struct target *t = opaque;

	for (;;) {
		struct request *r;

		pthread_mutex_lock(&t->server->lock);
		while (!t->first)
			pthread_cond_wait(&t->wakes, &t->server->lock);
		r = t->first;
		t->first = r->next;
		if (!t->first)
			t->last = &t->first;
		pthread_mutex_unlock(&t->server->lock);
		execute(t, r);
	}
	return NULL;
}

/* --- requests ----------------------------------------------------------------- */

/* Appends one descriptor's buffer; what the guest wrote is copied at once. */
static void take_buffer(struct server *s, struct request *r, size_t *header,
			const struct vring_desc *d)
{
	uint8_t *at = guest_pointer(s, d->addr, d->len);
	size_t length = d->len, n;

	if (!at)
		die("a buffer lies outside the guest's memory");
	if (d->flags & VRING_DESC_F_WRITE) {
		if (r->in_count == ARRAY_SIZE(r->in))
			die("too many buffers");
		r->in[r->in_count++] = (struct iovec){ at, length };
		r->in_length += length;
		return;
	}
	n = sizeof(r->header) - *header;
	n = n < length ? n : length;
	memcpy((uint8_t *)&r->header + *header, at, n);
	*header += n;
	if (length == n)
		return;
	r->data = realloc(r->data, r->out_length + length - n);
	if (!r->data)
		die("no memory");
	memcpy(r->data + r->out_length, at + n, length - n);
	r->out_length += length - n;
}

static struct request *take_request(struct server *s, struct queue *q,
				    uint16_t head)
{
	struct request *r = calloc(1, sizeof(*r));
	const struct vring_desc *table = q->ring.desc, *d = &table[head];
	uint32_t count = q->ring.num;
	size_t header = 0;

	if (!r)
		die("no memory");
	r->queue = q;
	r->head = head;
	if (d->flags & VRING_DESC_F_INDIRECT) {
		table = guest_pointer(s, d->addr, d->len);
		count = d->len / sizeof(*d);
		d = table;
	}
	if (!table)
		die("an indirect table lies outside the guest's memory");
	for (uint32_t steps = 0; steps <= count; steps++) {
		take_buffer(s, r, &header, d);
		if (!(d->flags & VRING_DESC_F_NEXT))
			break;
		if (d->next >= count)
			die("a descriptor leads nowhere");
		d = &table[d->next];
	}
	return r;
}

/* Tasks are never aborted: what runs, runs; "function complete" it is. */
static void answer_control(struct server *s, struct request *r)
{
	uint8_t done = 0;

	scatter(r, 0, &done, 1);
	complete(s, r, (uint32_t)r->in_length);
}

static void answer_command(struct server *s, struct request *r)
{
	const uint8_t *lun = r->header.lun;
	struct target *t;

	if (r->in_length < sizeof(struct virtio_scsi_cmd_resp))
		die("no room for a response");
	r->in_length -= sizeof(struct virtio_scsi_cmd_resp);
	if (lun[0] != 1 || lun[1] >= s->targets_count ||
	    (lun[2] & 0x3F) || lun[3] || r->in_length > MAX_DATA) {
		respond(s, r, VIRTIO_SCSI_S_BAD_TARGET, NULL);
		return;
	}
	if (r->in_length && !r->out_length) {
		r->data = calloc(1, r->in_length);
		if (!r->data)
			die("no memory");
	}
	t = &s->targets[lun[1]];
	pthread_mutex_lock(&s->lock);
	r->next = NULL;
	*t->last = r;
	t->last = &r->next;
	pthread_cond_signal(&t->wakes);
	pthread_mutex_unlock(&s->lock);
}

static void run_queue(struct server *s, size_t index)
{
	struct queue *q = &s->queues[index];
	uint64_t kicks;

	if (read(q->kick, &kicks, 8) != 8 || !q->running)
		return;
	if (index == 1)               /* events: none ever happen */
		return;
	while (q->next_avail != __atomic_load_n(&q->ring.avail->idx,
						__ATOMIC_ACQUIRE)) {
		uint16_t head = q->ring.avail->ring[q->next_avail++ %
						    q->ring.num];
		struct request *r;

		if (head >= q->ring.num)
			die("a ring holds nonsense");
		r = take_request(s, q, head);
		if (index == 0)
			answer_control(s, r);
		else
			answer_command(s, r);
	}
}

/* --- the protocol -------------------------------------------------------------- */

static void map_memory(struct server *s, const struct message *m, int *fds,
		       size_t fds_count)
{
	for (size_t i = 0; i < s->mappings_count; i++)
		munmap(s->mappings[i].at, s->mappings[i].length);
	s->mappings_count = 0;
	if (m->u.memory.count > MAX_REGIONS || m->u.memory.count != fds_count)
		die("strange memory table");
	for (size_t i = 0; i < fds_count; i++) {
		struct mapping *map = &s->mappings[i];

		map->region = m->u.memory.region[i];
		map->length = map->region.size + map->region.offset;
		map->at = mmap(NULL, map->length, PROT_READ | PROT_WRITE,
			       MAP_SHARED, fds[i], 0);
		if (map->at == MAP_FAILED)
			die("mapping the guest's memory: %s", strerror(errno));
		s->mappings_count++;
	}
}

/* When the rings come back after a suspend, the drives were without power. */
static void start_queue(struct server *s, struct queue *q, int fd)
{
	bool any = false;

	for (size_t i = 0; i < MAX_QUEUES; i++)
		any = any || s->queues[i].running;
	for (size_t i = 0; !any && s->suspends && i < s->targets_count; i++)
		model_suspend_resume(s->targets[i].model);
	s->suspends = s->suspends && any;
	q->kick = fd;
	q->ring.num = q->count;
	q->ring.desc = user_pointer(s, q->desc);
	q->ring.avail = user_pointer(s, q->avail);
	q->ring.used = user_pointer(s, q->used);
	q->next_used = q->ring.used->idx;
	q->running = true;
}

static uint32_t stop_queue(struct server *s, struct queue *q)
{
	pthread_mutex_lock(&s->lock);
	q->running = false;
	if (q->kick >= 0)
		close(q->kick);
	q->kick = -1;
	pthread_mutex_unlock(&s->lock);
	return q->next_avail;
}

static void reply(struct server *s, struct message *m, uint32_t size)
{
	m->flags = FLAG_VERSION | FLAG_REPLY;
	m->size = size;
	if (write(s->socket, m, HEADER_BYTES + size) !=
	    (ssize_t)(HEADER_BYTES + size))
		die("QEMU is gone");
}

static struct queue *queue_of(struct server *s, uint64_t index)
{
	if (index >= MAX_QUEUES)
		die("too many queues");
	return &s->queues[index];
}

/* True if a reply of its own was sent. */
static bool handle(struct server *s, struct message *m, int *fds,
		   size_t fds_count)
{
	int fd = fds_count ? fds[0] : -1;
	struct queue *q;

	switch (m->request) {
	case GET_FEATURES:
		m->u.number = FEATURES;
		reply(s, m, 8);
		return true;
	case GET_PROTOCOL_FEATURES:
		m->u.number = PROTOCOL_FEATURES;
		reply(s, m, 8);
		return true;
	case GET_QUEUE_NUM:
		m->u.number = MAX_QUEUES;
		reply(s, m, 8);
		return true;
	case GET_VRING_BASE:
		m->u.vring.value = stop_queue(s, queue_of(s,
							  m->u.vring.index));
		reply(s, m, 8);
		return true;
	case SET_MEM_TABLE:
		map_memory(s, m, fds, fds_count);
		break;
	case SET_VRING_NUM:
		queue_of(s, m->u.vring.index)->count = m->u.vring.value;
		break;
	case SET_VRING_BASE:
		queue_of(s, m->u.vring.index)->next_avail =
			(uint16_t)m->u.vring.value;
		break;
	case SET_VRING_ADDR:
		q = queue_of(s, m->u.address.index);
		q->desc = m->u.address.desc;
		q->used = m->u.address.used;
		q->avail = m->u.address.avail;
		break;
	case SET_VRING_KICK:
		start_queue(s, queue_of(s, m->u.number & 0xFF), fd);
		return false;
	case SET_VRING_CALL:
		q = queue_of(s, m->u.number & 0xFF);
		if (q->call >= 0)
			close(q->call);
		q->call = fd;
		return false;
	default:
		break;
	}
	for (size_t i = 0; i < fds_count; i++)
		close(fds[i]);
	return false;
}

static bool receive(struct server *s)
{
	struct message m = { 0 };
	char control_room[CMSG_SPACE(MAX_REGIONS * sizeof(int))];
	struct iovec part = { &m, HEADER_BYTES };
	struct msghdr header = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = control_room,
		.msg_controllen = sizeof(control_room),
	};
	int fds[MAX_REGIONS];
	size_t count = 0;
	bool need;

	if (recvmsg(s->socket, &header, MSG_CMSG_CLOEXEC) != HEADER_BYTES)
		return false;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c;
	     c = CMSG_NXTHDR(&header, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(c), count * sizeof(int));
	}
	if (m.size > sizeof(m.u))
		die("a message that is too long");
	for (uint32_t got = 0; got < m.size;) {
		ssize_t n = read(s->socket, m.u.bytes + got, m.size - got);

		if (n <= 0)
			return false;
		got += (uint32_t)n;
	}
	need = m.flags & FLAG_NEED_REPLY;
	if (!handle(s, &m, fds, count) && need) {
		m.u.number = 0;
		reply(s, &m, 8);
	}
	return true;
}

static void serve(struct server *s)
{
	for (;;) {
		struct pollfd fds[1 + MAX_QUEUES] = {
			{ s->socket, POLLIN, 0 },
		};

		for (size_t i = 0; i < MAX_QUEUES; i++)
			fds[1 + i] = (struct pollfd){
				s->queues[i].running ? s->queues[i].kick : -1,
				POLLIN, 0 };
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
			continue;
		for (size_t i = 0; i < MAX_QUEUES; i++)
			if (fds[1 + i].revents & POLLIN)
				run_queue(s, i);
		if (fds[0].revents && !receive(s))
			return;
	}
}

/* --- beginning ------------------------------------------------------------------ */

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		die("%s: too long a path", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	unlink(path);
	if (fd < 0 || bind(fd, (void *)&address, sizeof(address)) < 0 ||
	    listen(fd, 1) < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

static void add_targets(struct server *s, struct simulate_set *set)
{
	struct haiki_error err = { 0 };

	for (size_t i = 0; i < simulate_set_count(set); i++) {
		struct model *m = simulate_set_model(set,
						     simulate_set_path(set, i));
		struct target *t = &s->targets[s->targets_count];

		if (!m || model_config(m)->kind == MODEL_NVME)
			continue;
		if (s->targets_count == MAX_TARGETS)
			die("more than %d drives", MAX_TARGETS);
		if (model_own(m, &err) < 0)
			die("%s", err.text);
		t->server = s;
		t->model = m;
		t->last = &t->first;
		pthread_cond_init(&t->wakes, NULL);
		if (pthread_create(&t->thread, NULL, target_thread, t))
			die("no more threads");
		s->targets_count++;
	}
}

int main(int argc, char **argv)
{
	struct server *s = calloc(1, sizeof(*s));
	struct simulate_set *set;
	struct haiki_error err = { 0 };
	int listener;

	if (!s)
		die("no memory");
	s->mute = argc > 1 && strcmp(argv[1], "--mute") == 0;
	argc -= s->mute;
	argv += s->mute;
	if (argc != 3)
		die("usage: vhost_scsi [--mute] FILE SOCKET");
	pthread_mutex_init(&s->lock, NULL);
	for (size_t i = 0; i < MAX_QUEUES; i++)
		s->queues[i].kick = s->queues[i].call = -1;
	if (simulate_set_load(argv[1], &set, &err) < 0)
		die("%s", err.text);
	add_targets(s, set);
	listener = listen_at(argv[2]);
	puts("listening");
	fflush(stdout);
	s->socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (s->socket < 0)
		die("accept: %s", strerror(errno));
	serve(s);
	/* QEMU has ended. What its drives hold stays in the set's folder; the
	 * threads may still sleep in a command, and end with the process. */
	for (size_t i = 0; i < s->targets_count; i++) {
		if (s->mute)
			model_power_cycle(s->targets[i].model);
		model_disown(s->targets[i].model);
	}
	return 0;
}
