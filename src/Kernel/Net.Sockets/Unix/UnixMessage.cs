using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>A message that waits to be received; its bytes are in the queue beside.</summary>
internal record struct UnixMessage(int Length, int Charge, UnixSocket Sender, UnixName? Name, FileRights? Rights, SocketCredentials Credentials, Instant SentAt);
