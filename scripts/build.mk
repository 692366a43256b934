# SPDX-License-Identifier: Apache-2.0
# How the pieces are built; the Makefile says what and with which flags.

# `make V=1` shows the commands.
Q := $(if $(V),,@)

.DELETE_ON_ERROR:
.SUFFIXES:

LIB_ROOMS := base device transport ata scsi nvme mmc opal method overwrite policy \
	proof job certificate ledger keep simulate
CLI_ROOMS := command ui

LIB_SRC := $(sort $(foreach r,$(LIB_ROOMS),$(shell find src/$r -name '*.c' 2>/dev/null)))
CLI_SRC := $(sort $(foreach r,$(CLI_ROOMS),$(shell find src/$r -name '*.c' 2>/dev/null)))
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(BUILD)/%.o)
# What records say, in Japanese: made of the catalogue of messages.
PHRASES := $(BUILD)/generated/phrases.c
LIB_OBJ += $(PHRASES:.c=.o)

TEST_SRC := $(sort $(shell find tests -name '*_test.c' 2>/dev/null))
TEST_BIN := $(TEST_SRC:%.c=$(BUILD)/%)
# Test programs that take more than a few seconds: only in `make test`.
LONG_SRC := $(sort $(shell find tests -name '*_long.c' 2>/dev/null))
LONG_BIN := $(LONG_SRC:%.c=$(BUILD)/%)
# What test scripts need beside the program: the drive lab.
TEST_TOOLS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/simulate/lab.c \
	tests/vm/*.c tests/page/*.c))
TEST_SCRIPTS := $(sort $(shell find tests -name '*_test.sh' 2>/dev/null))
# Those that boot guests take long, and one after the other: they begin first.
GUEST_SCRIPTS := $(filter tests/vm/% tests/live/%,$(TEST_SCRIPTS))

PO := $(sort $(wildcard src/ui/locale/*.po))
MO := $(PO:src/ui/locale/%.po=$(BUILD)/locale/%/LC_MESSAGES/haiki.mo)

# As many compilers as processors, unless -j says how many.
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: all
all: $(PACKAGES_CHECKED)
	@$(MAKE) --no-print-directory $(PARALLEL) programs

.PHONY: programs
programs: $(BUILD)/haiki $(BUILD)/libhaiki.a $(MO)

$(PACKAGES_CHECKED): scripts/packages.txt scripts/setup
	@mkdir -p $(@D)
	@scripts/setup build
	@touch $@

$(BUILD)/libhaiki.a: $(LIB_OBJ)
	@rm -f $@
	@echo "  AR    $@"
	$(Q)$(AR) rcsD $@ $^

$(BUILD)/haiki: $(BUILD)/src/main.o $(CLI_OBJ) $(BUILD)/libhaiki.a
	@echo "  LD    $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(PHRASES): scripts/phrases src/ui/locale/ja.po $(LIB_SRC)
	@mkdir -p $(@D)
	@echo "  GEN   $@"
	$(Q)scripts/phrases >$@.new
	$(Q)mv $@.new $@

$(BUILD)/generated/%.o: $(BUILD)/generated/%.c
	@echo "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Policies are data files inside the program.
$(BUILD)/src/policy/builtin.o: $(wildcard src/policy/data/*.json)
# So is the practice set.
$(BUILD)/src/simulate/default.o: src/simulate/practice.json

$(BUILD)/locale/%/LC_MESSAGES/haiki.mo: src/ui/locale/%.po
	@mkdir -p $(@D)
	msgfmt --check -o $@ $<

$(BUILD)/tests/%_test: tests/%_test.c $(BUILD)/libhaiki.a $(CLI_OBJ)
	@mkdir -p $(@D)
	@echo "  TEST  $<"
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -MMD -MP -MF $@.d -o $@ $< \
		$(filter-out %/main.o,$(CLI_OBJ)) $(BUILD)/libhaiki.a -lcmocka $(LDLIBS)

$(BUILD)/tests/%_long: tests/%_long.c $(BUILD)/libhaiki.a $(CLI_OBJ)
	@mkdir -p $(@D)
	@echo "  TEST  $<"
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -MMD -MP -MF $@.d -o $@ $< \
		$(filter-out %/main.o,$(CLI_OBJ)) $(BUILD)/libhaiki.a -lcmocka $(LDLIBS)

$(TEST_TOOLS): $(BUILD)/%: %.c $(BUILD)/libhaiki.a
	@mkdir -p $(@D)
	@echo "  TEST  $<"
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -MMD -MP -MF $@.d -o $@ $< \
		$(BUILD)/libhaiki.a $(LDLIBS)

$(BUILD)/tests/%_bench: tests/%_bench.c $(BUILD)/libhaiki.a
	@mkdir -p $(@D)
	@echo "  TEST  $<"
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -MMD -MP -MF $@.d -o $@ $< \
		$(BUILD)/libhaiki.a $(LDLIBS)

# Mocks /sys, /dev and the kernel's answers.
$(BUILD)/tests/device/machine_test: \
	CPPFLAGS += $(shell pkg-config --cflags umockdev-1.0)
$(BUILD)/tests/device/machine_test: \
	LDLIBS += $(shell pkg-config --libs umockdev-1.0)

-include $(shell find $(BUILD) \( -path $(BUILD)/vm -o -path $(BUILD)/image \) \
	-prune -o -name '*.d' -print 2>/dev/null)

# --- tests ------------------------------------------------------------------

.PHONY: test-programs unit test demo image bench fuzz check clean install uninstall
# The fuzz targets are compiled too, so that none falls behind what it tests.
test-programs: $(TEST_BIN) $(LONG_BIN) $(TEST_TOOLS) $(patsubst %.c,$(BUILD)/%.o, \
		$(filter-out %_test.c,$(wildcard tests/fuzz/*.c)))

# Only the unit tests: seconds.
unit: programs test-programs
	@BUILD=$(BUILD) tests/run $(TEST_BIN)

test: all
	@scripts/setup test
	@$(MAKE) --no-print-directory $(PARALLEL) test-programs
	@scripts/setup page
	@BUILD=$(BUILD) tests/run $(GUEST_SCRIPTS) $(TEST_BIN) $(LONG_BIN) \
		$(filter-out $(GUEST_SCRIPTS),$(TEST_SCRIPTS))

demo: all
	@BUILD=$(BUILD) scripts/demo

# The live image, for a USB stick or a CD: build/haiki.img, build/haiki.iso.
image: all
	@scripts/setup image
	@BUILD=$(BUILD) scripts/image $(BUILD)

bench: all
	@scripts/setup bench
	@$(MAKE) --no-print-directory $(BUILD)/tests/overwrite/engine_bench \
		$(BUILD)/tests/certificate/verify_bench
	@BUILD=$(BUILD) scripts/bench
	@BUILD=$(BUILD) scripts/bench-erase

# --- fuzzing and static checks ------------------------------------------------

# One target a decoder. With libFuzzer (make fuzz), or with tests/fuzz/driver.c
# for main(), by which the tests replay the corpus.
FUZZ_SRC := $(filter-out %/driver.c %/seeds.c %_test.c,$(sort $(wildcard tests/fuzz/*.c)))
FUZZ_BIN := $(FUZZ_SRC:%.c=$(BUILD)/%)
FUZZ_MAIN ?= $(BUILD)/tests/fuzz/driver.o
FUZZ_LINK ?=

.PHONY: fuzz-programs
fuzz-programs: $(FUZZ_BIN) $(BUILD)/tests/fuzz/seeds

$(BUILD)/tests/fuzz/seeds: $(BUILD)/tests/fuzz/seeds.o $(BUILD)/libhaiki.a
	@echo "  LD    $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(FUZZ_BIN): $(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(FUZZ_MAIN) \
		$(CLI_OBJ) $(BUILD)/libhaiki.a
	$(CC) $(CFLAGS) $(LDFLAGS) $(FUZZ_LINK) -o $@ $^ $(LDLIBS)

# FUZZ_SECONDS=30 each; FUZZ_ONLY="policy json" for some of them.
fuzz: $(PACKAGES_CHECKED)
	@scripts/setup fuzz
	@$(MAKE) --no-print-directory $(PARALLEL) BUILD=$(BUILD)/fuzz CC=clang WARN=-w HARDEN= \
		OPTIMISE="-O1 -g" FUZZ_MAIN= FUZZ_LINK=-fsanitize=fuzzer \
		SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined" \
		fuzz-programs
	@BUILD=$(BUILD) scripts/fuzz

# Needs neither compiler nor network.
check:
	@scripts/check

clean:
	rm -rf $(BUILD)

# --- installation -------------------------------------------------------------

MAN := $(sort $(shell find man -name '*.[1-9]' 2>/dev/null))

install: all
	install -D -m 755 $(BUILD)/haiki $(DESTDIR)$(PREFIX)/sbin/haiki
	install -D -m 644 $(BUILD)/libhaiki.a $(DESTDIR)$(PREFIX)/lib/libhaiki.a
	install -d $(DESTDIR)$(PREFIX)/include/haiki
	install -m 644 include/haiki/*.h $(DESTDIR)$(PREFIX)/include/haiki
	install -D -m 644 scripts/haiki.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/haiki
	install -d $(DESTDIR)$(PREFIX)/share/haiki
	install -m 644 certs/*.schema.json \
		$(DESTDIR)$(PREFIX)/share/haiki
	# The auditor's page, where `make page` has made it.
	if [ -e $(PAGE) ]; then install -m 644 $(PAGE) \
		$(DESTDIR)$(PREFIX)/share/haiki; fi
	set -e; for page in $(MAN:man/%=%); do \
		case $$page in ja/*) sub=ja/; page=$${page#ja/} ;; *) sub= ;; esac; \
		install -D -m 644 man/$$sub$$page \
			$(DESTDIR)$(PREFIX)/share/man/$${sub}man$${page##*.}/$$page; \
	done
	set -e; for mo in $(MO:$(BUILD)/%=%); do \
		install -D -m 644 $(BUILD)/$$mo $(DESTDIR)$(PREFIX)/share/$$mo; \
	done

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/sbin/haiki $(DESTDIR)$(PREFIX)/lib/libhaiki.a
	rm -rf $(DESTDIR)$(PREFIX)/include/haiki $(DESTDIR)$(PREFIX)/share/haiki
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/haiki
	rm -f $(foreach p,$(MAN:man/%=%),$(DESTDIR)$(PREFIX)/share/man/$(if \
		$(filter ja/%,$p),ja/)man$(subst .,,$(suffix $p))/$(notdir $p))
	rm -f $(MO:$(BUILD)/%=$(DESTDIR)$(PREFIX)/share/%)
include scripts/page.mk
