/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The one way of cleaning up: declare with CLEANUP(name), name_cleanup runs
 * when the variable leaves its scope. */
#define CLEANUP(name) __attribute__((cleanup(name##_cleanup)))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static inline void free_cleanup(void *p)
{
	free(*(void **)p);
}

static inline void fd_cleanup(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void file_cleanup(FILE **f)
{
	if (*f)
		fclose(*f);
}

static inline void json_cleanup(json_t **json)
{
	json_decref(*json);
}

/* Hands ownership out of a CLEANUP variable. */
#define TAKE(p) __extension__ ({ __typeof__(p) taken_ = (p); (p) = NULL; taken_; })

#endif
