/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAGE_ENGINE_INCLUDE_LIBINTL_H
#define PAGE_ENGINE_INCLUDE_LIBINTL_H

/* What the page's catalogue has for that text, or the text itself. */
char *dgettext(const char *domain, const char *text)
	__attribute__((format_arg(2)));

#endif
