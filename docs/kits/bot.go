// A player for Petard in plain Go, written from PROTOCOL.md: go run bot.go [HOST [PORT [NAME]]]
package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"log"
	"math/rand"
	"net"
	"os"
	"sync"
	"time"
)

const (
	hello, ready, loaded, input, ping, pong, bye            = 1, 5, 7, 8, 16, 17, 18
	welcome, refused, roster, lobby, round, keyframe, delta = 32, 33, 34, 35, 36, 37, 38
	signOfLife, longest                                     = 12, 1 << 20 // ticks; bytes of a message
)

// player is what this client knows: it walks about and lays bombs, and does not look at the board.
type player struct {
	sync.Mutex
	conn                             net.Conn
	member, clock, keys, states, way int64
}

// decide returns the keys to hold in this tick (up 1, down 2, left 4, right 8, bomb 16), 60 times a second. Change this.
func (p *player) decide() int64 {
	if p.clock%20 == 0 {
		p.way = 1 << rand.Intn(4)
	}
	return p.way | map[bool]int64{true: 16}[p.clock%180 == 0]
}

// send writes one message, an array of that many items, in its frame.
func (p *player) send(items ...[]byte) {
	payload := append([]byte{0x90 + byte(len(items))}, bytes.Join(items, nil)...)
	if _, err := p.conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(payload))), payload...)); err != nil {
		log.Fatal(err)
	}
}

// pack returns the msgpack of a number of 0 or more, in its shortest form.
func pack(v int64) []byte {
	switch {
	case v < 1<<7:
		return []byte{byte(v)}
	case v < 1<<8:
		return []byte{0xcc, byte(v)}
	case v < 1<<16:
		return []byte{0xcd, byte(v >> 8), byte(v)}
	}
	return binary.BigEndian.AppendUint32([]byte{0xce}, uint32(v))
}

// number reads an unsigned number of so many bytes; at the end of a message it is 0.
func number(in *bytes.Reader, width int) int64 {
	buffer := make([]byte, 8)
	io.ReadFull(in, buffer[8-width:])
	return int64(binary.BigEndian.Uint64(buffer))
}

// value reads one value: a number, or the text. Arrays are stepped over: their value is how many items they have.
func value(in *bytes.Reader) (int64, string) {
	first := number(in, 1)
	switch {
	case first < 0x80 || first == 0xc2 || first == 0xc3:
		return first, ""
	case first >= 0xe0:
		return first - 256, ""
	case first >= 0xcc && first <= 0xd3:
		return number(in, 1<<(first&3)), ""
	}
	size := first & 0x1f
	if first < 0xa0 {
		size = first & 0x0f
	} else if first >= 0xc0 { // d9 da: text, dc dd: array
		size = number(in, map[int64]int{0xd9: 1, 0xda: 2, 0xdc: 2, 0xdd: 4}[first])
	}
	if first >= 0xa0 && first < 0xdc {
		content := make([]byte, size&0xffff)
		io.ReadFull(in, content)
		return size, string(content)
	}
	for item := int64(0); item < size && in.Len() > 0; item++ {
		value(in)
	}
	return size, ""
}

func (p *player) take(payload []byte) {
	in := bytes.NewReader(payload[1:])
	kind, _ := value(in)
	first, reason := value(in)
	switch kind {
	case refused, bye:
		_, sentence := value(in) // of Refused
		log.Fatal(reason, sentence)
	case ping:
		p.send(pack(pong), pack(first), pack(0), pack(0))
	case welcome: // protocol, build, member
		value(in)
		p.member, _ = value(in)
	case lobby:
		p.send(pack(ready), []byte{0xc3}) // true; it counts in the lobby only
	case round:
		p.send(pack(loaded), pack(first))
	case keyframe, delta:
		p.states++
	}
}

func (p *player) tick() {
	before := p.keys
	p.clock++
	p.keys = p.decide()
	if p.member != 0 && (p.keys != before || p.clock%signOfLife == 0) {
		p.send(pack(input), pack(p.clock), append([]byte{0x91}, pack(p.keys)...), pack(p.states))
	}
}
func main() {
	words := append(os.Args[1:], []string{"127.0.0.1", "7777", "Go"}[len(os.Args)-1:]...)
	conn, err := net.Dial("tcp", net.JoinHostPort(words[0], words[1])) // Go sets TCP_NODELAY
	if err != nil {
		log.Fatal(err)
	}
	p, head := &player{conn: conn}, make([]byte, 4)
	p.send(pack(hello), pack(2), []byte("\xa3kit"), append([]byte{0xa0 + byte(len(words[2]))}, words[2]...), pack(1), []byte{0xa0})
	go func() {
		for range time.Tick(time.Second / 60) {
			p.Lock()
			p.tick()
			p.Unlock()
		}
	}()
	for {
		if _, err := io.ReadFull(conn, head); err != nil {
			log.Fatal("The server has closed the connection.")
		}
		payload := make([]byte, binary.BigEndian.Uint32(head)&(longest*2-1))
		if _, err := io.ReadFull(conn, payload); err != nil || len(payload) == 0 || len(payload) > longest {
			log.Fatal("The server sends no legal frame.")
		}
		p.Lock()
		p.take(payload)
		p.Unlock()
	}
}
