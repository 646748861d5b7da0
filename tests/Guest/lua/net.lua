-- LuaSocket over loopback, as server and as client, in one process; and the native modules that Debian has for Lua 5.4.
local socket = require "socket"
local server = assert(socket.bind("127.0.0.1", 0))
local _, port = server:getsockname()
local client = assert(socket.connect("127.0.0.1", port))
local peer = assert(server:accept())
client:send("one\ntwo\n")
print((peer:receive()), (peer:receive()))
peer:send(string.rep("x", 20000)); peer:close()
print(#client:receive("*a"))

local udp = socket.udp(); udp:setsockname("127.0.0.1", 0)
local asker = socket.udp(); asker:setpeername(udp:getsockname())
asker:send("ping")
local data, host, from = udp:receivefrom()
udp:sendto(data .. " pong", host, from)
print(asker:receive())

server:settimeout(0.05); print(server:accept())
local ready = socket.select({server, udp}, nil, 0.05); print(#ready)
local again = socket.connect("127.0.0.1", port); ready = socket.select({server, udp}, nil, 5); print(#ready)
server:close(); print(socket.connect("127.0.0.1", port))
print((socket.dns.toip("localhost")))

for _, name in ipairs {"cjson", "lfs", "lpeg", "mime", "socket.http", "socket.url", "ltn12", "socket.unix", "socket.serial"} do
  local ok, module = pcall(require, name)
  print(name, ok and type(module) or module)
end
