/* SPDX-License-Identifier: MIT
 *
 * The system calls of LbEngine's Linux transport and next to nothing else: no connection table, no time-outs, no limits, no counters,
 * no health, two backends in turn. What it costs is what the design costs in the kernel, in whatever language: `versus --bare` shows
 * how far the engine is from it. It loses bytes when a peer takes no more, and ends a process that meets an error: never put it in
 * front of anything.
 *
 * bare-relay tcp PORT BACKEND BACKEND [tcp PORT BACKEND BACKEND]... udp PORT BACKEND BACKEND      (ports of 127.0.0.1)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENT, BACKEND };
enum { ACCEPTS_AT_A_TIME = 64, BATCH = 64, READS_OF_A_FLOW = 16, DATAGRAM = 2048, EVENTS = 256, QUEUE = 4 << 20, CONNECTIONS = 20000, PORTS = 65536 };

/* What an event belongs to: the kind in the upper half, a number in the lower one. */
enum { LISTENER, FROM_CLIENT, FROM_BACKEND, DATAGRAMS, FLOW };
#define TOKEN(kind, number) ((uint64_t)(kind) << 32 | (uint32_t)(number))

struct entrance { int fd; int backends[2]; unsigned turn; int has_work; };
struct connection { int fd[2]; int connecting, readable[2], ended[2], peer_ended[2], sent_once, no_delay; };

static int epoll_fd;
static struct entrance entrances[8];
static int entrance_count, datagram_entrance = -1;
static struct connection connections[CONNECTIONS];
static int free_connections[CONNECTIONS], free_count;
static char scratch[64 * 1024];
static int one = 1, zero, queue = QUEUE;

/* Flows, by the client's port. */
static int flow_of[PORTS], first_of[PORTS], last_of[PORTS], next_in[BATCH];
static struct sockaddr_in client_of[PORTS], sources[BATCH];
static char requests[BATCH][DATAGRAM], replies[BATCH][DATAGRAM];
static struct mmsghdr receive[BATCH], chain[BATCH], read_back[BATCH], send_back[BATCH];
static struct iovec receive_io[BATCH], chain_io[BATCH], read_io[BATCH], send_io[BATCH];
static int replies_used;

static int must(int result, const char *what) {
  if (result < 0) err(1, "%s", what);
  return result;
}

static struct sockaddr_in loopback(int port) {
  return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static void watch(int fd, uint64_t token, uint32_t events) {
  struct epoll_event event = { .events = events | EPOLLET, .data.u64 = token };
  must(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

static int next_backend(struct entrance *entrance) { return entrance->backends[entrance->turn++ & 1]; }

static void accept_clients(struct entrance *entrance) {
  for (int i = 0; i < ACCEPTS_AT_A_TIME; i++) {
    int fd = accept4(entrance->fd, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) {
      entrance->has_work = 0;
      return;
    }
    if (free_count == 0) errx(1, "more than %d connections", CONNECTIONS);
    int number = free_connections[--free_count];
    struct connection *c = &connections[number];
    *c = (struct connection){ .fd = { fd, must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket") }, .connecting = 1 };
    setsockopt(c->fd[BACKEND], IPPROTO_TCP, TCP_QUICKACK, &zero, sizeof zero);
    struct sockaddr_in to = loopback(next_backend(entrance));
    connect(c->fd[BACKEND], (struct sockaddr *)&to, sizeof to);
    watch(c->fd[BACKEND], TOKEN(FROM_BACKEND, number), EPOLLIN | EPOLLOUT | EPOLLRDHUP);
  }
}

/* Returns 0 when the connection has to end. */
static int relay(struct connection *c, int from) {
  int to = !from;
  while (c->readable[from] && !c->ended[from]) {
    ssize_t got = recv(c->fd[from], scratch, sizeof scratch, 0);
    if (got < 0) {
      c->readable[from] = 0;
      return errno == EAGAIN;
    }
    int is_drained = got < (ssize_t)sizeof scratch;
    if (is_drained) c->readable[from] = 0;
    int is_last = got == 0 || (is_drained && c->peer_ended[from]);
    if (from == CLIENT && c->sent_once && !c->no_delay) {
      c->no_delay = 1;
      setsockopt(c->fd[BACKEND], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    }
    if (from == CLIENT) c->sent_once = 1;
    if (got > 0) send(c->fd[to], scratch, (size_t)got, MSG_NOSIGNAL | (is_last ? MSG_MORE : 0));
    if (is_last) {
      c->ended[from] = 1;
      if (!c->ended[to]) shutdown(c->fd[to], SHUT_WR);
    }
  }
  return 1;
}

static void serve_connection(int number, int side, uint32_t events) {
  struct connection *c = &connections[number];
  if (c->fd[CLIENT] < 0) return;
  if (events & (EPOLLIN | EPOLLHUP | EPOLLRDHUP | EPOLLERR)) c->readable[side] = 1;
  if (events & EPOLLRDHUP) c->peer_ended[side] = 1;
  if (c->connecting) {
    if (side == BACKEND && (events & EPOLLOUT)) {
      c->connecting = 0;
      watch(c->fd[CLIENT], TOKEN(FROM_CLIENT, number), EPOLLIN | EPOLLRDHUP);
    }
    return;
  }
  if (relay(c, CLIENT) && relay(c, BACKEND) && !(c->ended[CLIENT] && c->ended[BACKEND])) return;
  close(c->fd[CLIENT]);
  close(c->fd[BACKEND]);
  c->fd[CLIENT] = -1;
  free_connections[free_count++] = number;
}

static void flush_replies(void) {
  if (replies_used > 0) sendmmsg(entrances[datagram_entrance].fd, send_back, (unsigned)replies_used, 0);
  replies_used = 0;
}

static void read_flow(int port) {
  for (int i = 0; i < 8; i++) {
    if (replies_used == BATCH) flush_replies();
    int room = BATCH - replies_used < READS_OF_A_FLOW ? BATCH - replies_used : READS_OF_A_FLOW;
    int got = recvmmsg(flow_of[port], read_back + replies_used, (unsigned)room, 0, NULL);
    if (got <= 0) return;
    for (int slot = replies_used; slot < replies_used + got; slot++) {
      send_io[slot] = (struct iovec){ replies[slot], read_back[slot].msg_len };
      send_back[slot].msg_hdr.msg_name = &client_of[port];
    }
    replies_used += got;
    if (got < room) return;
  }
}

static void begin_flow(struct entrance *entrance, int port, const struct sockaddr_in *client) {
  int fd = must(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), "socket");
  struct sockaddr_in to = loopback(next_backend(entrance));
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof queue);
  must(connect(fd, (struct sockaddr *)&to, sizeof to), "connect");
  flow_of[port] = fd;
  client_of[port] = *client;
  watch(fd, TOKEN(FLOW, port), EPOLLIN);
}

static void send_chain(int port) {
  int first = first_of[port], count = 0;
  first_of[port] = -1;
  if (next_in[first] < 0) {
    send(flow_of[port], requests[first], receive[first].msg_len, MSG_NOSIGNAL);
    return;
  }
  for (int slot = first; slot >= 0; slot = next_in[slot]) chain_io[count++] = (struct iovec){ requests[slot], receive[slot].msg_len };
  sendmmsg(flow_of[port], chain, (unsigned)count, 0);
}

static void relay_requests(struct entrance *entrance) {
  for (int i = 0; i < 8; i++) {
    int touched[BATCH], touched_count = 0;
    for (int slot = 0; slot < BATCH; slot++) receive[slot].msg_hdr.msg_namelen = sizeof sources[slot];
    int got = recvmmsg(entrance->fd, receive, BATCH, 0, NULL);
    for (int slot = 0; slot < got; slot++) {
      int port = ntohs(sources[slot].sin_port);
      if (flow_of[port] == 0) begin_flow(entrance, port, &sources[slot]);
      next_in[slot] = -1;
      if (first_of[port] < 0) {
        first_of[port] = slot;
        touched[touched_count++] = port;
      } else {
        next_in[last_of[port]] = slot;
      }
      last_of[port] = slot;
    }
    for (int t = 0; t < touched_count; t++) send_chain(touched[t]);
    if (got < BATCH) {
      entrance->has_work = 0;
      return;
    }
  }
}

static void open_entrance(const char *protocol, int port, int backend, int other) {
  int is_datagrams = strcmp(protocol, "udp") == 0, number = entrance_count++;
  struct entrance *entrance = &entrances[number];
  struct sockaddr_in own = loopback(port);
  *entrance = (struct entrance){ .fd = must(socket(AF_INET, (is_datagrams ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0), "socket"), .backends = { backend, other } };
  setsockopt(entrance->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (is_datagrams) {
    setsockopt(entrance->fd, SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof queue);
    setsockopt(entrance->fd, SOL_SOCKET, SO_SNDBUFFORCE, &queue, sizeof queue);
    datagram_entrance = number;
  } else {
    setsockopt(entrance->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  must(bind(entrance->fd, (struct sockaddr *)&own, sizeof own), "bind");
  if (!is_datagrams) must(listen(entrance->fd, 4096), "listen");
  watch(entrance->fd, TOKEN(is_datagrams ? DATAGRAMS : LISTENER, number), EPOLLIN);
}

static void prepare(void) {
  for (int i = 0; i < CONNECTIONS; i++) {
    free_connections[free_count++] = i;
    connections[i].fd[CLIENT] = -1;
  }
  memset(first_of, -1, sizeof first_of);
  for (int i = 0; i < BATCH; i++) {
    receive_io[i] = (struct iovec){ requests[i], DATAGRAM };
    read_io[i] = (struct iovec){ replies[i], DATAGRAM };
    receive[i].msg_hdr = (struct msghdr){ .msg_name = &sources[i], .msg_iov = &receive_io[i], .msg_iovlen = 1 };
    read_back[i].msg_hdr = (struct msghdr){ .msg_iov = &read_io[i], .msg_iovlen = 1 };
    chain[i].msg_hdr = (struct msghdr){ .msg_iov = &chain_io[i], .msg_iovlen = 1 };
    send_back[i].msg_hdr = (struct msghdr){ .msg_namelen = sizeof(struct sockaddr_in), .msg_iov = &send_io[i], .msg_iovlen = 1 };
  }
}

int main(int count, char **words) {
  epoll_fd = must(epoll_create1(0), "epoll_create1");
  prepare();
  for (int i = 1; i + 3 < count && entrance_count < 8; i += 4) open_entrance(words[i], atoi(words[i + 1]), atoi(words[i + 2]), atoi(words[i + 3]));
  for (;;) {
    struct epoll_event events[EVENTS];
    int has_work = 0;
    for (int i = 0; i < entrance_count; i++) has_work |= entrances[i].has_work;
    int got = epoll_wait(epoll_fd, events, EVENTS, has_work ? 0 : -1);
    for (int i = 0; i < got; i++) {
      int kind = (int)(events[i].data.u64 >> 32), number = (int)(uint32_t)events[i].data.u64;
      if (kind == FLOW) read_flow(number);
      else if (kind == LISTENER || kind == DATAGRAMS) entrances[number].has_work = 1;
      else serve_connection(number, kind == FROM_CLIENT ? CLIENT : BACKEND, events[i].events);
    }
    flush_replies();
    for (int i = 0; i < entrance_count; i++) {
      if (!entrances[i].has_work) continue;
      if (i == datagram_entrance) relay_requests(&entrances[i]);
      else accept_clients(&entrances[i]);
    }
  }
}
