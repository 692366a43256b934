/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "simulate/medium.h"

#define HEADER_BYTES 4096
#define HEADER_MAGIC "haiki-medium-1\n"

/* Room for sectors that fail after the drive was made. */
#define RETIRED_ROOM 64

struct medium {
	uint8_t *map;
	size_t length;
	uint32_t block;
	uint64_t main, retired, pool;     /* sectors */
	bool erases_retired;
	size_t extents_count;
	struct medium_extent extents[MEDIUM_MAX_EXTENTS];
};

struct medium_header *medium_header(struct medium *medium)
{
	return (struct medium_header *)(void *)medium->map;
}

static void add_extent(struct medium *medium, enum haiki_zone zone,
		       uint32_t nsid, uint64_t count)
{
	uint64_t start = medium_total(medium);

	if (count)
		medium->extents[medium->extents_count++] =
			(struct medium_extent){ zone, nsid, start, count };
}

static void lay_out(struct medium *medium, const struct model_config *config)
{
	bool flash = config->kind != MODEL_ATA_HDD &&
		     config->kind != MODEL_SAS_HDD;

	medium->block = config->logical_block;
	medium->main = config->sectors + config->amac_sectors +
		       config->hpa_sectors + config->dco_sectors;
	medium->retired = (uint64_t)config->remapped + RETIRED_ROOM;
	medium->pool = flash ? config->spare_sectors : 0;
	medium->erases_retired = config->erases_retired;
	add_extent(medium, HAIKI_ZONE_HOST, 1, config->sectors);
	add_extent(medium, HAIKI_ZONE_AMAC, 1, config->amac_sectors);
	add_extent(medium, HAIKI_ZONE_HPA, 1, config->hpa_sectors);
	add_extent(medium, HAIKI_ZONE_DCO, 1, config->dco_sectors);
	add_extent(medium, HAIKI_ZONE_REMAPPED, 0, medium->retired);
	add_extent(medium, HAIKI_ZONE_SPARE, 0, medium->pool);
	for (size_t i = 0; i < config->namespaces_count; i++)
		add_extent(medium, HAIKI_ZONE_NAMESPACES, (uint32_t)i + 2,
			   config->namespaces[i].sectors);
	add_extent(medium, HAIKI_ZONE_NAMESPACES, 2, config->boot_data_sectors);
}

/* The old data: a marker, then something a person would recognise. */
static void make_marker(const struct medium *medium, uint8_t *sector,
			enum haiki_zone zone, uint64_t address)
{
	const struct medium_header *header = (const void *)medium->map;
	size_t at = MEDIUM_MARKER_LENGTH;
	char text[64];
	size_t length;

	memcpy(sector, MEDIUM_MARKER, 16);
	put_be64(sector + 16, zone);
	put_be64(sector + 24, address);
	memcpy(sector + 32, header->drive_id, 8);
	length = (size_t)snprintf(text, sizeof(text),
				  "personal data no. %012llu; ",
				  (unsigned long long)address);
	for (; at < medium->block; at++)
		sector[at] = (uint8_t)text[(at - MEDIUM_MARKER_LENGTH) %
					   length];
}

static bool has_marker(const struct medium *medium, const uint8_t *sector)
{
	const struct medium_header *header = (const void *)medium->map;

	return memcmp(sector, MEDIUM_MARKER, 16) == 0 &&
	       memcmp(sector + 32, header->drive_id, 8) == 0;
}

/* How much of an extent holds old data when the drive is made. */
static uint64_t initially_used(const struct medium *medium,
			       const struct medium_extent *extent)
{
	switch (extent->zone) {
	case HAIKI_ZONE_REMAPPED:
		return medium->erases_retired ? 0 :
		       medium->retired - RETIRED_ROOM;
	case HAIKI_ZONE_SPARE:
		return (extent->count + 1) / 2;
	default:
		return extent->count;
	}
}

static void fill_at_first(struct medium *medium)
{
	struct medium_header *header = medium_header(medium);

	memset(header, 0, HEADER_BYTES);
	memcpy(header->magic, HEADER_MAGIC, 16);
	while (getrandom(header->drive_id, 8, 0) != 8)
		;
	header->total = medium_total(medium);
	header->block = medium->block;
	for (size_t e = 0; e < medium->extents_count; e++) {
		const struct medium_extent *extent = &medium->extents[e];
		uint64_t used = initially_used(medium, extent);

		for (uint64_t i = 0; i < used; i++)
			make_marker(medium,
				    medium_sector(medium, extent->start + i),
				    extent->zone, i);
	}
	header->retired_used = medium->retired - RETIRED_ROOM;
	header->pool_used = (medium->pool + 1) / 2;
	header->noise = get_le64(header->drive_id);
	header->filled = 1;
}

static int map_file(struct medium *medium, const char *path, bool owner,
		    bool *ret_fresh, struct haiki_error *err)
{
	CLEANUP(fd) int fd = -1;
	struct stat st;

	fd = open(path, (owner ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC,
		  0600);
	if (fd < 0)
		return error_errno(err, -errno,
				   N_("Opening the practice medium %s failed"),
				   path);
	if (fstat(fd, &st) < 0)
		return error_errno(err, -errno, N_("Looking at %s failed"),
				   path);
	*ret_fresh = st.st_size == 0;
	if (*ret_fresh && owner && ftruncate(fd, (off_t)medium->length) < 0)
		return error_errno(err, -errno,
				   N_("Making the practice medium %s failed"),
				   path);
	if (!(*ret_fresh && owner) && (uint64_t)st.st_size != medium->length)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("The practice medium %s doesn't fit its "
				 "description. Delete its folder to begin "
				 "anew."), path);
	medium->map = mmap(NULL, medium->length, PROT_READ | PROT_WRITE,
			   owner ? MAP_SHARED : MAP_PRIVATE | MAP_NORESERVE,
			   fd, 0);
	if (medium->map == MAP_FAILED) {
		medium->map = NULL;
		return error_errno(err, -errno, N_("Mapping %s failed"), path);
	}
	return 0;
}

static int map_memory(struct medium *medium, struct haiki_error *err)
{
	medium->map = mmap(NULL, medium->length, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (medium->map == MAP_FAILED) {
		medium->map = NULL;
		return error_errno(err, -errno, N_("No memory for a practice "
				   "medium of %zu bytes"), medium->length);
	}
	return 0;
}

static void medium_cleanup(struct medium **medium)
{
	medium_free(*medium);
}

int medium_new(const struct model_config *config, const char *path,
	       bool owner, struct medium **ret_medium,
	       struct haiki_error *err)
{
	CLEANUP(medium) struct medium *medium = calloc(1, sizeof(*medium));
	struct medium_header *header;
	bool fresh = true;
	int rc;

	if (!medium)
		return error_errno(err, -ENOMEM, N_("No memory"));
	lay_out(medium, config);
	medium->length = HEADER_BYTES +
			 (size_t)medium_total(medium) * medium->block;
	rc = path ? map_file(medium, path, owner, &fresh, err) :
		    map_memory(medium, err);
	if (rc < 0)
		return rc;
	header = medium_header(medium);
	if (!header->filled)
		fill_at_first(medium);
	if (memcmp(header->magic, HEADER_MAGIC, 16) != 0 ||
	    header->total != medium_total(medium) ||
	    header->block != medium->block)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("The practice medium %s doesn't fit its "
				 "description. Delete its folder to begin "
				 "anew."), path ? path : "in memory");
	*ret_medium = TAKE(medium);
	return 0;
}

void medium_free(struct medium *medium)
{
	if (!medium)
		return;
	if (medium->map)
		munmap(medium->map, medium->length);
	free(medium);
}

const struct medium_extent *medium_extents(const struct medium *medium,
					   size_t *ret_count)
{
	*ret_count = medium->extents_count;
	return medium->extents;
}

uint64_t medium_total(const struct medium *medium)
{
	const struct medium_extent *last;

	if (!medium->extents_count)
		return 0;
	last = &medium->extents[medium->extents_count - 1];
	return last->start + last->count;
}

uint64_t medium_main(const struct medium *medium)
{
	return medium->main;
}

int medium_namespace(const struct medium *medium, uint32_t nsid,
		     uint64_t *ret_start, uint64_t *ret_count)
{
	for (size_t e = 0; e < medium->extents_count; e++) {
		const struct medium_extent *extent = &medium->extents[e];

		if (extent->nsid != nsid || !nsid)
			continue;
		*ret_start = extent->start;
		*ret_count = nsid == 1 ? medium->main : extent->count;
		return 0;
	}
	return -ENOENT;
}

void *medium_sector(struct medium *medium, uint64_t physical)
{
	return medium->map + HEADER_BYTES + physical * medium->block;
}

static uint64_t region_start(const struct medium *medium, enum haiki_zone zone)
{
	for (size_t e = 0; e < medium->extents_count; e++)
		if (medium->extents[e].zone == zone)
			return medium->extents[e].start;
	return 0;
}

static void keep_old_version(struct medium *medium, uint64_t physical)
{
	struct medium_header *header = medium_header(medium);
	uint64_t pool = region_start(medium, HAIKI_ZONE_SPARE);

	if (header->pool_used >= medium->pool)
		return;
	memcpy(medium_sector(medium, pool + header->pool_used++),
	       medium_sector(medium, physical), medium->block);
}

void medium_write(struct medium *medium, uint64_t physical, const void *data)
{
	keep_old_version(medium, physical);
	memcpy(medium_sector(medium, physical), data, medium->block);
}

void medium_trim(struct medium *medium, uint64_t physical)
{
	keep_old_version(medium, physical);
	memset(medium_sector(medium, physical), 0, medium->block);
}

bool medium_retire(struct medium *medium, uint64_t physical)
{
	struct medium_header *header = medium_header(medium);
	uint64_t start = region_start(medium, HAIKI_ZONE_REMAPPED);
	uint8_t *sector = medium_sector(medium, physical);

	if (header->retired_used >= medium->retired)
		return false;
	if (!medium->erases_retired)
		memcpy(medium_sector(medium, start + header->retired_used),
		       sector, medium->block);
	header->retired_used++;
	memset(sector, 0, medium->block);
	return true;
}

/* SplitMix64: noise that differs from one erase to the next. */
static uint64_t noise_next(uint64_t *state)
{
	uint64_t z = (*state += 0x9E3779B97F4A7C15u);

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

static void fill_sector(struct medium *medium, uint64_t physical,
			enum medium_fill fill, uint32_t pattern)
{
	struct medium_header *header = medium_header(medium);
	uint8_t *sector = medium_sector(medium, physical);

	switch (fill) {
	case MEDIUM_ZEROS:
		memset(sector, 0, medium->block);
		break;
	case MEDIUM_ONES:
		memset(sector, 0xFF, medium->block);
		break;
	case MEDIUM_PATTERN:
		for (uint32_t i = 0; i < medium->block; i += 4)
			put_be32(sector + i, pattern);
		break;
	case MEDIUM_NOISE:
		for (uint32_t i = 0; i < medium->block; i += 8)
			put_le64(sector + i, noise_next(&header->noise));
		break;
	}
}

void medium_erase(struct medium *medium, uint64_t from, uint64_t to,
		  unsigned zones, enum medium_fill fill, uint32_t pattern)
{
	for (size_t e = 0; e < medium->extents_count; e++) {
		const struct medium_extent *extent = &medium->extents[e];
		uint64_t end = extent->start + extent->count;
		uint64_t i = from > extent->start ? from : extent->start;

		if (!(zones & 1u << extent->zone))
			continue;
		for (; i < end && i < to; i++)
			fill_sector(medium, i, fill, pattern);
	}
}

/* Of the room for retired sectors, what is in use. */
static uint64_t medium_used(const struct medium *medium)
{
	const struct medium_header *header = (const void *)medium->map;

	return header->retired_used;
}

void medium_scan(const struct medium *medium,
		 struct model_zone_count ret_zones[HAIKI_ZONE_COUNT])
{
	memset(ret_zones, 0, HAIKI_ZONE_COUNT * sizeof(*ret_zones));
	for (size_t e = 0; e < medium->extents_count; e++) {
		const struct medium_extent *extent = &medium->extents[e];
		struct model_zone_count *zone = &ret_zones[extent->zone];
		const uint8_t *sector = medium->map + HEADER_BYTES +
					extent->start * medium->block;

		zone->sectors += extent->zone == HAIKI_ZONE_REMAPPED ?
				 medium_used(medium) : extent->count;
		for (uint64_t i = 0; i < extent->count; i++) {
			zone->markers += has_marker(medium, sector);
			sector += medium->block;
		}
	}
}
