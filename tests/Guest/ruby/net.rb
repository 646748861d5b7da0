# Ruby's networking over loopback, as server and as client.
require 'socket'
require 'net/http'
require 'drb'
require 'webrick'
require 'openssl'
require 'resolv'
$stdout.sync = true

server = TCPServer.new('127.0.0.1', 0)
port = server.addr[1]
echo = Thread.new { 10.times { peer = server.accept; while (line = peer.gets); peer.puts line.upcase; end; peer.close } }
answers = 10.times.map { |i| Thread.new { s = TCPSocket.new('127.0.0.1', port); s.puts "question #{i}"; s.close_write; a = s.read; s.close; a } }.map(&:value)
echo.join
puts "tcp #{answers.sort.first} #{answers.size}"

one = UDPSocket.new; one.bind('127.0.0.1', 0)
two = UDPSocket.new; two.connect('127.0.0.1', one.addr[1])
two.send('ping', 0); data, from = one.recvfrom(10); one.send(data + '!', 0, from[3], from[1])
puts "udp #{two.recv(10)} #{from[0]}"

path = '/tmp/mote-test-ruby-socket'; File.delete(path) if File.exist?(path)
UNIXServer.open(path) { |s| c = UNIXSocket.new(path); p1 = s.accept; c.send_io(File.open('/dev/null')); puts "unix #{p1.recv_io.stat.chardev?}" }
File.delete(path)
a, b = UNIXSocket.pair; a.write_nonblock('pair'); puts b.readpartial(10)
begin; b.read_nonblock(1); rescue IO::WaitReadable => e; puts e.class; end
puts IO.select([b], nil, nil, 0.05).inspect

web = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: 0, Logger: WEBrick::Log.new(File::NULL), AccessLog: [])
web.mount_proc('/') { |q, r| r.body = "#{q.request_method} #{q.path} #{q.body.to_s.size}" }
thread = Thread.new { web.start }
http = web.listeners[0].addr[1]
puts Net::HTTP.get(URI("http://127.0.0.1:#{http}/a"))
Net::HTTP.start('localhost', http) { |h| 3.times { |i| puts h.post("/#{i}", 'x' * 1000 * i).body } }
web.shutdown; thread.join

DRb.start_service('druby://127.0.0.1:0', [1, 2, 3]); puts DRbObject.new_with_uri(DRb.uri).sum; DRb.stop_service

key = OpenSSL::PKey::EC.generate('prime256v1')
cert = OpenSSL::X509::Certificate.new
cert.version = 2; cert.serial = 1; cert.subject = cert.issuer = OpenSSL::X509::Name.parse('/CN=localhost'); cert.public_key = key
cert.not_before = Time.now - 100; cert.not_after = Time.now + 1000; cert.sign(key, 'SHA256')
context = OpenSSL::SSL::SSLContext.new; context.cert = cert; context.key = key
plain = TCPServer.new('127.0.0.1', 0); tls = OpenSSL::SSL::SSLServer.new(plain, context)
t = Thread.new { s = tls.accept; s.puts "secret #{s.gets}"; s.close }
c = OpenSSL::SSL::SSLSocket.new(TCPSocket.new('127.0.0.1', plain.addr[1])); c.connect; c.puts 'word'
puts c.gets, c.ssl_version; t.join

begin; TCPSocket.new('127.0.0.1', TCPServer.open('127.0.0.1', 0) { |s| s.addr[1] }); rescue => e; puts e.class; end
puts Addrinfo.tcp('localhost', 'http').ip_port, Socket.getservbyname('https'), Socket.ip_address_list.any?(&:ipv4_loopback?)
