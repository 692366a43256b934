/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Plugs a practice drive of usb_ip.c into this machine, a guest:
 *
 *   usb_plug ADDRESS PORT SERIAL NUMBER
 *
 * NUMBER, from 0 on, is the port of the virtual host controller. The kernel
 * keeps the connection.
 */

#define SERIAL_BYTES 64
#define ATTACH "/sys/devices/platform/vhci_hcd.0/attach"
#define SPEED_HIGH 3

static int fail(const char *what)
{
	fprintf(stderr, "usb_plug: %s: %s\n", what, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	char serial[SERIAL_BYTES] = "", line[64];
	int fd, attach, length, one = 1;

	if (argc != 5 || inet_pton(AF_INET, argv[1], &address.sin_addr) != 1 ||
	    strlen(argv[3]) >= sizeof(serial)) {
		fputs("usage: usb_plug ADDRESS PORT SERIAL NUMBER\n", stderr);
		return 2;
	}
	address.sin_port = htons((uint16_t)strtoul(argv[2], NULL, 10));
	memcpy(serial, argv[3], strlen(argv[3]));
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (void *)&address, sizeof(address)) < 0)
		return fail("connecting");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (write(fd, serial, sizeof(serial)) != sizeof(serial))
		return fail("asking for the drive");
	attach = open(ATTACH, O_WRONLY);
	if (attach < 0)
		return fail(ATTACH);
	length = snprintf(line, sizeof(line), "%s %d %lu %d", argv[4], fd,
			  0x10000 + strtoul(argv[4], NULL, 10), SPEED_HIGH);
	if (write(attach, line, (size_t)length) != length)
		return fail("plugging in");
	return 0;
}
