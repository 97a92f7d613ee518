/* A player for Petard in plain C, written from PROTOCOL.md: cc -O2 -o bot bot.c && ./bot [HOST [PORT [NAME]]]
   It joins, walks about and lays bombs. It skips what it does not need: msgpack values are stepped over, not kept. */
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HELLO = 1, READY = 5, LOADED = 7, INPUT, PING = 16, PONG, BYE, WELCOME = 32, REFUSED, ROSTER, LOBBY, ROUND, KEYFRAME, DELTA };
static int sock;

/* Returns the keys to hold in this tick (up 1, down 2, left 4, right 8, bomb 16); called 60 times a second. Change this. */
static int decide(long tick) {
    static int keys;
    if (tick % 20 == 0) keys = 1 << rand() % 4;
    return keys | (tick % 180 == 0 ? 16 : 0);
}

/* ---- writing: msgpack, each number in its shortest form, and a frame around it ---- */
static uint8_t out[256];
static size_t used;
static void begin(int items, int kind) { used = 4; out[used++] = 0x90 + items; out[used++] = kind; }
static void number(uint32_t n) {
    int width = n < 128 ? 0 : n < 256 ? 1 : n < 65536 ? 2 : 4;
    if (width) out[used++] = width == 1 ? 0xcc : width == 2 ? 0xcd : 0xce; else width = 1;
    while (width--) out[used++] = n >> 8 * width;
}
static void text(const char *s) { /* up to 31 bytes */
    size_t n = strnlen(s, 31);
    out[used++] = 0xa0 + n; memcpy(out + used, s, n); used += n;
}
static void send_it(void) {
    size_t n = used - 4, sent = 0;
    for (int i = 0; i < 4; i++) out[i] = n >> 8 * (3 - i);
    while (sent < used) { /* send may take a part */
        ssize_t k = send(sock, out + sent, used - sent, MSG_NOSIGNAL);
        if (k < 0) { perror("send"); exit(1); }
        sent += k;
    }
}

/* ---- reading: one value; returns its number (or length), and puts `at` behind it. Never reads over `end` ---- */
static const uint8_t *at, *end;
static uint64_t bytes(int n) { uint64_t v = 0; while (n--) v = v << 8 | (at < end ? *at++ : 0); return v; }
static int is_array;
static long value(void) { /* of an array or a text: how many items or bytes; `is_array` says which */
    int b = bytes(1);
    is_array = 0;
    if (b < 0x80) return b;
    if (b >= 0xe0) return b - 256;
    if (b == 0xc2 || b == 0xc3) return b == 0xc3;
    if (b >= 0xcc && b <= 0xcf) return bytes(1 << (b & 3));
    if (b == 0xd0) return (int8_t)bytes(1);
    if (b == 0xd1) return (int16_t)bytes(2);
    if (b == 0xd2) return (int32_t)bytes(4);
    if (b == 0xd3) return bytes(8);
    is_array = b < 0xa0 || b >= 0xdc;
    long n = b < 0xa0 ? b & 15 : b < 0xc0 ? b & 31 : b == 0xd9 ? (long)bytes(1) : b == 0xdd ? (long)bytes(4) : (long)bytes(2);
    if (!is_array) at = end - at < n ? end : at + n; /* step over a text */
    return n;
}
static void skip(void) { long n = value(); if (is_array) while (n-- && at < end) skip(); }

static long member, slot = -1, states, clock_ticks;
static int playing;
static void take(const uint8_t *payload, size_t size) {
    at = payload; end = payload + size;
    value();
    long kind = value();
    if (kind == REFUSED) value();
    if (kind == REFUSED || kind == BYE) { printf("%.*s\n", (int)(end - at - 1), at + 1); exit(1); }
    if (kind == PING) { long id = value(); begin(4, PONG); number(id); number(0); number(0); send_it(); }
    if (kind == WELCOME) { skip(); skip(); member = value(); }
    if (kind == ROSTER) {
        slot = -1;
        for (long seats = value(); seats-- > 0;) { /* slot, member, and eight more */
            long more = value() - 2, s = value(), m = value();
            if (m == member && slot < 0) slot = s;
            while (more-- > 0) skip();
        }
    }
    if (kind == LOBBY && value() == 1) { playing = 0; begin(2, READY); out[used++] = 0xc3; send_it(); }
    if (kind == ROUND) { long n = value(); begin(2, LOADED); number(n); send_it(); }
    if (kind == KEYFRAME) playing = 1;
    states += kind == KEYFRAME || kind == DELTA;
}

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }

static void tick(void) {
    static int keys;
    int before = keys;
    keys = playing && slot >= 0 ? decide(clock_ticks) : 0;
    if (++clock_ticks % 12 && keys == before) return; /* a change, or a sign of life every 200 ms */
    begin(4, INPUT); number(clock_ticks); out[used++] = 0x91; number(keys); number(states); send_it();
}

int main(int argc, char **argv) {
    struct addrinfo hint = {.ai_socktype = SOCK_STREAM}, *all, *one;
    if (getaddrinfo(argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? argv[2] : "7777", &hint, &all)) return puts("No such host."), 1;
    for (one = all; one; one = one->ai_next) { /* IPv6, IPv4: the first that answers */
        sock = socket(one->ai_family, one->ai_socktype, one->ai_protocol);
        if (sock >= 0 && connect(sock, one->ai_addr, one->ai_addrlen) == 0) break;
        close(sock);
    }
    freeaddrinfo(all);
    if (!one) return puts("Nobody answers."), 1;
    setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    begin(6, HELLO); number(2); text("kit"); text(argc > 3 ? argv[3] : "C"); number(1); text(""); send_it();

    static uint8_t kept[4 + (1 << 20)];
    size_t have = 0;
    for (double due = now();;) {
        double left = due - now();
        struct pollfd wait = {sock, POLLIN, 0};
        if (poll(&wait, 1, left > 0 ? (int)(left * 1000) : 0) > 0) {
            ssize_t n = recv(sock, kept + have, sizeof kept - have, 0);
            if (n <= 0) return puts("The server has closed the connection."), 1;
            have += n;
            size_t from = 0;
            while (have - from >= 4) {
                size_t size = (size_t)kept[from] << 24 | kept[from + 1] << 16 | kept[from + 2] << 8 | kept[from + 3];
                if (size == 0 || size > 1 << 20) return puts("The server sends no legal frame."), 1;
                if (have - from < 4 + size) break; /* the rest comes later */
                take(kept + from + 4, size);
                from += 4 + size;
            }
            memmove(kept, kept + from, have -= from);
        }
        if (now() >= due) { due += 1.0 / 60; if (member) tick(); }
    }
}
