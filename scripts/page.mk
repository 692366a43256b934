# SPDX-License-Identifier: Apache-2.0
# verify.html: src/page, and of the library what judges a record, compiled to
# WebAssembly (engine.wasm). Nothing else needs these tools: `make all` doesn't.

PAGE := $(BUILD)/verify.html
PAGE_BUILD := $(BUILD)/page
NPM_STAMP := $(PAGE_BUILD)/npm/.installed
WASM_CC ?= clang-14

# Files of src/, without ".c". What the library leaves to OpenSSL, jansson,
# libunistring, gettext and the kernel, src/page/engine does with the browser.
ENGINE := $(patsubst src/%.c,%,$(wildcard src/page/engine/*.c src/policy/*.c \
		src/certificate/verify*.c src/certificate/schema*.c)) \
	$(addprefix base/,bytes error jcs json_read schema \
		schema_format text time) \
	$(addprefix proof/,bound claims names plan) method/names device/names \
	ata/identify $(addprefix certificate/,attempt build cms_form \
		collect crl_check der entry followup judge ledgers name \
		record_agree record_read reason report timestamp_form \
		pdf/attachments pdf/check \
		pdf/phrase pdf/phrases pdf/signature pdf/words) \
	$(addprefix ledger/,check index ledger line scan) \
	command/audit command/command command/report_json ui/words
ENGINE_OBJ := $(ENGINE:%=$(PAGE_BUILD)/%.o) $(PAGE_BUILD)/generated/phrases.o

# No header of the machine's own gets in.
ENGINE_FLAGS := --target=wasm32-wasi -nostdlibinc \
	-isystem /usr/include/wasm32-wasi -Isrc/page/engine/include -Iinclude \
	-Isrc -D_GNU_SOURCE -DHAIKI_VERSION='"$(VERSION)"' -DENODATA=120 \
	-std=gnu17 -O2 -Wall -Wextra -Wno-missing-field-initializers \
	-ffunction-sections -fdata-sections -ffile-prefix-map=$(CURDIR)=.
ENGINE_LINK := --target=wasm32-wasi -mexec-model=reactor \
	-Wl,--gc-sections,--strip-all,-z,stack-size=1048576 \
	-Wl,--export=malloc,--export=free,--initial-memory=67108864

.PHONY: page page-npm
page-npm: $(NPM_STAMP)

page:
	@scripts/setup page
	@$(MAKE) --no-print-directory $(PAGE)

# Other flags, other bytes: then everything is compiled anew.
$(PAGE_BUILD)/%.o: src/%.c scripts/page.mk
	@mkdir -p $(@D)
	@echo "  WASM  $<"
	$(Q)$(WASM_CC) $(ENGINE_FLAGS) -MMD -MP -c -o $@ $<

# What build.mk makes of the catalogue.
$(PAGE_BUILD)/generated/phrases.o: $(PHRASES) scripts/page.mk
	@mkdir -p $(@D)
	@echo "  WASM  $<"
	$(Q)$(WASM_CC) $(ENGINE_FLAGS) -MMD -MP -c -o $@ $<

$(PAGE_BUILD)/policy/builtin.o: $(wildcard src/policy/data/*.json)

$(PAGE_BUILD)/engine.wasm: $(ENGINE_OBJ)
	@echo "  WASM  $@"
	$(Q)$(WASM_CC) $(ENGINE_LINK) -o $@ $^

# Exactly the versions of package-lock.json, by their hashes.
$(NPM_STAMP): src/page/package.json src/page/package-lock.json
	@mkdir -p $(@D)
	@cp $^ $(@D)
	@echo "  NPM   $(@D)"
	$(Q)cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund \
		--loglevel=error >/dev/null
	@touch $@

$(PAGE): $(PAGE_BUILD)/engine.wasm $(NPM_STAMP) src/ui/locale/ja.po \
		$(wildcard src/page/*.js src/page/*.mjs) src/page/index.html \
		src/page/style.css
	@echo "  PAGE  $@"
	$(Q)NODE_MODULES=$(PAGE_BUILD)/npm/node_modules node \
		src/page/build.mjs $(PAGE_BUILD)/engine.wasm \
		src/ui/locale/ja.po $(VERSION) $@.new
	@mv $@.new $@

# The rules alone, for tests/page/page_test.sh: what this machine and the page
# make of the same evidence.
$(PAGE_BUILD)/sweep.o: tests/page/sweep.c scripts/page.mk
	@mkdir -p $(@D)
	$(Q)$(WASM_CC) $(ENGINE_FLAGS) -MMD -MP -c -o $@ $<
$(PAGE_BUILD)/sweep.wasm: $(PAGE_BUILD)/sweep.o $(ENGINE_OBJ)
	@echo "  WASM  $@"
	$(Q)$(WASM_CC) $(ENGINE_LINK) -Wl,--export=sweep -o $@ $^

.PHONY: page-test
page-test: $(PAGE) $(PAGE_BUILD)/sweep.wasm $(BUILD)/haiki \
	$(addprefix $(BUILD)/tests/,page/sweep page/papers page/resign \
		certificate/package_test)
