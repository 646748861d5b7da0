namespace Mote.Abi.Linux;

/// <summary>The types of socket(2): SOCK_ in linux/net.h.</summary>
public enum SocketKind
{
    Stream = 1,
    Datagram = 2,
    Raw = 3,
    SequencedPacket = 5,
}
