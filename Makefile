# SPDX-License-Identifier: Apache-2.0
# haiki: erase storage, prove it, certify it.
#
#   make demo   the main job end to end, on a device made for the purpose
#   make test   everything that can be tested on this machine
#
# Objects go to $(BUILD); nothing is written into the source folders.

VERSION := 0.1.0
BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= gcc

# From scratch on a bare Debian 12: anything missing is installed first.
PACKAGES_CHECKED := $(BUILD)/.packages

PKGS := libcrypto jansson libudev blkid mount libatasmart libnvme liburing \
	inih harfbuzz harfbuzz-subset libqrencode libcurl ncursesw zlib \
	libturbojpeg libpng

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wvla -Wformat=2 -Wno-format-nonliteral \
	-Wundef -Wcast-align=strict -Wimplicit-fallthrough -Wno-format-truncation
HARDEN := -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection=full -ftrivial-auto-var-init=zero -fPIE
OPTIMISE ?= -O2 -g
SANITIZE ?=

# The same source gives the same program, wherever it lies.
REPRODUCIBLE := -ffile-prefix-map=$(CURDIR)=. -Wdate-time

CPPFLAGS += -D_GNU_SOURCE -Iinclude -Isrc -I$(BUILD)/generated \
	-DHAIKI_VERSION='"$(VERSION)"' -DHAIKI_LOCALE_DIR='"$(PREFIX)/share/locale"'
CFLAGS += -std=gnu17 $(OPTIMISE) $(WARN) $(HARDEN) $(REPRODUCIBLE) $(SANITIZE)
LDFLAGS += -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code \
	-Wl,--as-needed -Wl,--build-id=sha1 $(SANITIZE)
LDLIBS = $(shell pkg-config --libs $(PKGS)) -lsgutils2 -lunistring -lpthread -lm

include scripts/build.mk
