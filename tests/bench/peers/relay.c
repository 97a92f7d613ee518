/* The limit of the machine for a relay: one thread and epoll, no framework.
 *
 * A frame is a length of four bytes (big-endian) and a payload. Each client sends [id, seq, x, y] in msgpack; at every
 * tick all clients are read once, then the newest row of each is encoded once, and everybody is sent the same bytes.
 * A client that does not read misses states, and never holds the others up.
 *
 *   relay RATE        ticks a second; prints {"port": N} when it listens; ends with SIGTERM
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MOST = 4096, FIELDS = 4, INPUT_MOST = 1024, ROW_MOST = 1 + FIELDS * 5 };

struct client {
    int socket;
    int stored; /* bytes of an incomplete frame */
    uint8_t input[INPUT_MOST];
    int unsent; /* bytes of a state of which the socket accepted only the start */
    uint8_t rest[CLIENTS_MOST * ROW_MOST + 16];
};

static struct client *clients[CLIENTS_MOST];
static int client_count;
static uint32_t rows[CLIENTS_MOST][FIELDS]; /* by id */
static int row_count;
static uint8_t state[CLIENTS_MOST * ROW_MOST + 16];
static int events;

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint8_t *put_number(uint8_t *out, uint32_t value)
{
    int size = value < 0x80 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : 4;
    if (size == 0) {
        *out++ = (uint8_t)value;
        return out;
    }
    *out++ = size == 1 ? 0xcc : size == 2 ? 0xcd : 0xce;
    while (size--)
        *out++ = (uint8_t)(value >> 8 * size);
    return out;
}

static const uint8_t *get_number(const uint8_t *in, const uint8_t *end, uint32_t *value)
{
    int size;
    if (in >= end)
        return NULL;
    if (*in < 0x80) {
        *value = *in;
        return in + 1;
    }
    size = *in == 0xcc ? 1 : *in == 0xcd ? 2 : *in == 0xce ? 4 : 0;
    if (size == 0 || end - in - 1 < size)
        return NULL;
    *value = 0;
    for (in++; size; size--)
        *value = *value << 8 | *in++;
    return in;
}

static void take(const uint8_t *payload, int size)
{
    uint32_t row[FIELDS];
    const uint8_t *at = payload + 1, *end = payload + size;
    if (size < 1 || payload[0] != 0x94)
        return;
    for (int field = 0; field < FIELDS; field++)
        if (!(at = get_number(at, end, &row[field])))
            return;
    if (row[0] >= CLIENTS_MOST)
        return;
    if ((int)row[0] >= row_count)
        row_count = (int)row[0] + 1;
    memcpy(rows[row[0]], row, sizeof row);
}

static void drop(struct client *client)
{
    for (int at = 0; at < client_count; at++)
        if (clients[at] == client)
            clients[at] = clients[--client_count];
    close(client->socket);
    free(client);
}

static void receive(struct client *client)
{
    int at = 0;
    ssize_t count = recv(client->socket, client->input + client->stored, INPUT_MOST - (size_t)client->stored, MSG_DONTWAIT);
    if (count <= 0) {
        if (count == 0 || errno != EAGAIN)
            drop(client);
        return;
    }
    client->stored += (int)count;
    while (client->stored - at >= 4) {
        uint32_t size;
        memcpy(&size, client->input + at, 4);
        size = ntohl(size);
        if (size > INPUT_MOST - 4) {
            drop(client);
            return;
        }
        if (client->stored - at - 4 < (int)size)
            break;
        take(client->input + at + 4, (int)size);
        at += 4 + (int)size;
    }
    memmove(client->input, client->input + at, (size_t)(client->stored - at));
    client->stored -= at;
}

static void accept_all(int listener)
{
    int socket, one = 1;
    while ((socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct client *client = client_count < CLIENTS_MOST ? calloc(1, sizeof *client) : NULL;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
        if (!client) {
            close(socket);
            continue;
        }
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        client->socket = socket;
        clients[client_count++] = client;
        epoll_ctl(events, EPOLL_CTL_ADD, socket, &event);
    }
}

static int encode(uint32_t tick)
{
    uint32_t size;
    uint8_t *out = state + 4;
    *out++ = 0x92;
    out = put_number(out, tick);
    *out++ = 0xdc;
    *out++ = (uint8_t)(row_count >> 8);
    *out++ = (uint8_t)row_count;
    for (int row = 0; row < row_count; row++) {
        *out++ = 0x94;
        for (int field = 0; field < FIELDS; field++)
            out = put_number(out, rows[row][field]);
    }
    size = htonl((uint32_t)(out - state - 4));
    memcpy(state, &size, 4);
    return (int)(out - state);
}

/* Returns how many bytes the socket did not accept; all of them where the client is gone, which `receive` notices. */
static int push(struct client *client, const uint8_t *bytes, int size)
{
    ssize_t count = send(client->socket, bytes, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT);
    return size - (int)(count > 0 ? count : 0);
}

static void send_to_all(int size)
{
    for (int at = 0; at < client_count; at++) {
        struct client *client = clients[at];
        int left;
        if (client->unsent) {
            left = push(client, client->rest, client->unsent);
            memmove(client->rest, client->rest + client->unsent - left, (size_t)left);
            client->unsent = left;
            if (left)
                continue;
        }
        left = push(client, state, size);
        if (left && left < size) {
            memcpy(client->rest, state + size - left, (size_t)left);
            client->unsent = left;
        }
    }
}

static int listening(void)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) {
        perror("relay");
        exit(1);
    }
    getsockname(listener, (struct sockaddr *)&address, &length);
    events = epoll_create1(0);
    epoll_ctl(events, EPOLL_CTL_ADD, listener, &event);
    printf("{\"port\": %d}\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

int main(int count, char **words)
{
    uint64_t step = 1000000000u / (uint64_t)(count > 1 ? atoi(words[1]) : 30), due;
    int listener = listening();
    uint32_t tick = 0;
    signal(SIGPIPE, SIG_IGN);
    for (due = now() + step;; due += step) {
        static struct epoll_event ready[CLIENTS_MOST];
        struct timespec until = {(time_t)(due / 1000000000u), (long)(due % 1000000000u)};
        int found;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        found = epoll_wait(events, ready, CLIENTS_MOST, 0);
        for (int at = 0; at < found; at++)
            if (ready[at].data.ptr)
                receive(ready[at].data.ptr);
            else
                accept_all(listener);
        send_to_all(encode(++tick));
        if (now() > due + 10 * step) /* after a stall it does not make up for all ticks */
            due = now();
    }
}
