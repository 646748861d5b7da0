// Copies between the kernel and a program of every small length and place: whole ones, and those that end at a page that is not there.
// Nothing is written outside, and what lies before the missing page arrives to the last byte.
#include "check.h"
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PAGE = 4096, LONGEST = 300, GUARD = 0x5a };

static unsigned char pattern[2 * PAGE];
static unsigned char *pages; // two pages that are there, and one that is not
static int file;

static int is_all(const unsigned char *bytes, long count, int value)
{
    for (long i = 0; i < count; i++)
        if (bytes[i] != value)
            return 0;
    return 1;
}

// The kernel writes to the program: length bytes to offset, of which only the first there bytes have a place.
static void check_read(long offset, long length, long there)
{
    memset(pages, GUARD, 2 * PAGE);
    if (there == 0 && length > 0) {
        FAILS(pread(file, pages + offset, length, 17), EFAULT);
        return;
    }
    CHECK(pread(file, pages + offset, length, 17) == there);
    CHECK(!memcmp(pages + offset, pattern + 17, there));
    CHECK(is_all(pages, offset, GUARD) && is_all(pages + offset + there, 2 * PAGE - offset - there, GUARD));
}

// The kernel reads from the program.
static void check_write(long offset, long length, long there)
{
    static unsigned char back[2 * PAGE];
    memcpy(pages, pattern, 2 * PAGE);
    CHECK(ftruncate(file, 0) == 0);
    if (there == 0 && length > 0) {
        FAILS(pwrite(file, pages + offset, length, 0), EFAULT);
        return;
    }
    CHECK(pwrite(file, pages + offset, length, 0) == there);
    CHECK(pread(file, back, sizeof back, 0) == there && !memcmp(back, pattern + offset, there));
}

static long there(long offset, long length)
{
    return offset + length <= 2 * PAGE ? length : 2 * PAGE - offset;
}

int main(void)
{
    for (unsigned i = 0; i < sizeof pattern; i++)
        pattern[i] = (unsigned char)(i * 167 + (i >> 8) * 13 + 1);
    pages = mmap(0, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    file = memfd_create("copies", 0);
    CHECK(pages != MAP_FAILED && file >= 0 && munmap(pages + 2 * PAGE, PAGE) == 0);

    for (long length = 0; length <= LONGEST; length++)
        for (long place = 0; place < 20; place++) {
            CHECK(pwrite(file, pattern, sizeof pattern, 0) == sizeof pattern);
            check_read(PAGE - 10 + place, length, length); // across two pages
            check_read(2 * PAGE - length, length, length); // to the last byte
        }
    passed("whole copies to the program");
    for (long length = 0; length <= LONGEST; length++)
        for (long place = 0; place < 20; place++)
            check_write(PAGE - 10 + place, length, length);
    passed("whole copies from the program");

    for (long length = 1; length <= LONGEST; length += length < 80 ? 1 : 13)
        for (long before = 0; before < length; before += before < 70 ? 1 : 11) {
            long offset = 2 * PAGE - before;
            CHECK(pwrite(file, pattern, sizeof pattern, 0) == sizeof pattern);
            check_read(offset, length, there(offset, length));
        }
    passed("copies to the program that end at a missing page");
    for (long length = 1; length <= LONGEST; length += length < 80 ? 1 : 13)
        for (long before = 0; before < length; before += before < 70 ? 1 : 11) {
            long offset = 2 * PAGE - before;
            check_write(offset, length, there(offset, length));
        }
    passed("copies from the program that end at a missing page");

    // In pieces, each short.
    struct iovec pieces[16];
    CHECK(pwrite(file, pattern, sizeof pattern, 0) == sizeof pattern);
    for (int step = 1; step < 40; step++) {
        memset(pages, GUARD, 2 * PAGE);
        long total = 0;
        for (int i = 0; i < 16; i++) {
            pieces[i] = (struct iovec) { pages + i * 64 + i % 7, step + i % 5 };
            total += step + i % 5;
        }
        CHECK(preadv(file, pieces, 16, 0) == total);
        long at = 0;
        for (int i = 0; i < 16; i++) {
            CHECK(!memcmp(pieces[i].iov_base, pattern + at, pieces[i].iov_len));
            CHECK(((unsigned char *)pieces[i].iov_base)[pieces[i].iov_len] == GUARD);
            at += pieces[i].iov_len;
        }
    }
    passed("copies in pieces");
    return finish();
}
