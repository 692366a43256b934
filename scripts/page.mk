# SPDX-License-Identifier: Apache-2.0
# verify.html: src/page, and of the library what judges a record, compiled to
# WebAssembly (engine.wasm). Nothing else needs these tools: `make all` doesn't.

PAGE := $(BUILD)/verify.html
PAGE_BUILD := $(BUILD)/page
WASM_CC ?= clang-14

# Files of src/, without ".c". What the library leaves to OpenSSL, jansson,
# libunistring, gettext and the kernel, src/page/engine does with the browser.
ENGINE := $(patsubst src/%.c,%,$(wildcard src/page/engine/*.c src/policy/*.c)) \
	$(addprefix base/,bytes error jcs schema schema_format text time) \
	$(addprefix proof/,bound claims names plan) method/names device/names \
	$(addprefix certificate/,cms_form collect der followup record_read \
		report schema_common schema_followup schema_record verify \
		verify_followup verify_form verify_place verify_signature \
		verify_worth) \
	$(addprefix ledger/,check index ledger line scan) \
	command/record_view ui/words
ENGINE_OBJ := $(ENGINE:%=$(PAGE_BUILD)/%.o)

# No header of the machine's own gets in.
ENGINE_FLAGS := --target=wasm32-wasi -nostdlibinc \
	-isystem /usr/include/wasm32-wasi -Isrc/page/engine/include -Iinclude \
	-Isrc -D_GNU_SOURCE -DHAIKI_VERSION='"$(VERSION)"' -DENODATA=120 \
	-std=gnu17 -Os -Wall -Wextra -Wno-missing-field-initializers \
	-ffunction-sections -fdata-sections -ffile-prefix-map=$(CURDIR)=.
ENGINE_LINK := --target=wasm32-wasi -mexec-model=reactor \
	-Wl,--gc-sections,--strip-all,-z,stack-size=1048576 \
	-Wl,--export=malloc,--export=free

.PHONY: page
page:
	@scripts/setup page
	@$(MAKE) --no-print-directory $(PAGE)

$(PAGE_BUILD)/%.o: src/%.c
	@mkdir -p $(@D)
	@echo "  WASM  $<"
	$(Q)$(WASM_CC) $(ENGINE_FLAGS) -MMD -MP -c -o $@ $<

$(PAGE_BUILD)/policy/builtin.o: $(wildcard src/policy/data/*.json)

$(PAGE_BUILD)/engine.wasm: $(ENGINE_OBJ)
	@echo "  WASM  $@"
	$(Q)$(WASM_CC) $(ENGINE_LINK) -o $@ $^
