namespace Mote.Kernel.Net.Sockets;

/// <summary>Types and flags of struct nlmsghdr (netlink(7), rtnetlink(7)).</summary>
internal static class NetlinkMessage
{
    /// <summary>Length, type, flags, sequence, port: 4, 2, 2, 4, 4 bytes.</summary>
    public const int HeaderBytes = 16;

    public const ushort Error = 2;
    public const ushort Done = 3;
    public const ushort NewLink = 16;
    public const ushort GetLink = 18;
    public const ushort NewAddress = 20;
    public const ushort GetAddress = 22;
    public const ushort NewRoute = 24;
    public const ushort GetRoute = 26;
    public const ushort GetNeighbor = 30;
    public const ushort GetRule = 34;

    public const ushort Request = 1;
    public const ushort Multiple = 2;
    public const ushort Acknowledge = 4;

    /// <summary>NLM_F_DUMP: NLM_F_ROOT and NLM_F_MATCH.</summary>
    public const ushort Dump = 0x300;
}
