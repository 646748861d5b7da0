// Go's networking over loopback, as server and as client.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/rpc"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

type Adder int

func (Adder) Add(pair [2]int, sum *int) error {
	*sum = pair[0] + pair[1]
	return nil
}

func check(err error) {
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func echo(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer connection.Close()
			io.Copy(connection, connection)
		}()
	}
}

func streams(network, address string) {
	listener, err := net.Listen(network, address)
	check(err)
	defer listener.Close()
	go echo(listener)
	var group sync.WaitGroup
	var lock sync.Mutex
	total := 0
	for i := 0; i < 30; i++ {
		group.Add(1)
		go func(size int) {
			defer group.Done()
			connection, err := net.Dial(network, listener.Addr().String())
			check(err)
			defer connection.Close()
			go func() {
				io.WriteString(connection, strings.Repeat("x", size))
				connection.(interface{ CloseWrite() error }).CloseWrite()
			}()
			data, err := io.ReadAll(connection)
			check(err)
			lock.Lock()
			total += len(data)
			lock.Unlock()
		}(i * 5000)
	}
	group.Wait()
	fmt.Println(network, total)
}

func datagrams() {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	check(err)
	defer server.Close()
	client, err := net.Dial("udp", server.LocalAddr().String())
	check(err)
	fmt.Fprint(client, "ping")
	buffer := make([]byte, 100)
	n, from, err := server.ReadFrom(buffer)
	check(err)
	server.WriteTo(append(buffer[:n], " pong"...), from)
	n, err = client.Read(buffer)
	check(err)
	fmt.Println("udp", string(buffer[:n]))
	client.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	_, err = client.Read(buffer)
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
}

func web() {
	listener, err := net.Listen("tcp", "localhost:0")
	check(err)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size, _ := io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, r.Method, " ", r.URL.Path, " ", size)
	})}
	go server.Serve(listener)
	base := "http://" + listener.Addr().String()
	right := 0
	for i := 0; i < 30; i++ {
		response, err := http.Post(fmt.Sprint(base, "/", i), "text/plain", strings.NewReader(strings.Repeat("y", i*1000)))
		check(err)
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if string(body) == fmt.Sprintf("POST /%d %d", i, i*1000) {
			right++
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	check(server.Shutdown(ctx))
	fmt.Println("http", right)
	_, err = net.Dial("tcp", listener.Addr().String())
	fmt.Println(errors.Is(err, syscall.ECONNREFUSED))
}

func calls() {
	near, far := net.Pipe()
	server := rpc.NewServer()
	check(server.Register(Adder(0)))
	go server.ServeConn(far)
	client := rpc.NewClient(near)
	var sum int
	check(client.Call("Adder.Add", [2]int{2, 3}, &sum))
	fmt.Println("rpc", sum)
}

func names() {
	addresses, err := net.LookupHost("localhost")
	check(err)
	fmt.Println(len(addresses) > 0, addresses[0] == "127.0.0.1" || addresses[0] == "::1")
	port, err := net.LookupPort("tcp", "http")
	fmt.Println(port, err)
	loopback, err := net.InterfaceByName("lo")
	check(err)
	fmt.Println(loopback.Flags&net.FlagLoopback != 0, loopback.MTU)
}

func main() {
	streams("tcp", "127.0.0.1:0")
	streams("tcp6", "[::1]:0")
	os.Remove("/tmp/mote-test-go-socket")
	streams("unix", "/tmp/mote-test-go-socket")
	datagrams()
	web()
	calls()
	names()
	scanner := bufio.NewScanner(strings.NewReader("done\n"))
	scanner.Scan()
	fmt.Println(scanner.Text())
}
