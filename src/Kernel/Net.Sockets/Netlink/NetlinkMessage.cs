namespace Mote.Kernel.Net.Sockets;

/// <summary>Types and flags of struct nlmsghdr (netlink(7), rtnetlink(7), sock_diag(7)).</summary>
internal static class NetlinkMessage
{
    /// <summary>Length, type, flags, sequence, port: 4, 2, 2, 4, 4 bytes.</summary>
    public const int HeaderBytes = 16;

    /// <summary>NLMSG_NOOP, and all below NLMSG_MIN_TYPE: control messages, of which the kernel takes none.</summary>
    public const ushort FirstRequest = 16;

    public const ushort Error = 2;
    public const ushort Done = 3;
    public const ushort NewLink = 16;
    public const ushort DeleteLink = 17;
    public const ushort GetLink = 18;
    public const ushort SetLink = 19;
    public const ushort NewAddress = 20;
    public const ushort DeleteAddress = 21;
    public const ushort GetAddress = 22;
    public const ushort NewRoute = 24;
    public const ushort DeleteRoute = 25;
    public const ushort GetRoute = 26;
    public const ushort NewNeighbor = 28;
    public const ushort DeleteNeighbor = 29;
    public const ushort GetNeighbor = 30;
    public const ushort NewRule = 32;
    public const ushort GetRule = 34;
    public const ushort NewQueueDiscipline = 36;
    public const ushort GetQueueDiscipline = 38;
    public const ushort GetTrafficClass = 42;
    public const ushort GetTrafficFilter = 46;
    public const ushort NewMulticast = 56;
    public const ushort GetMulticast = 58;
    public const ushort GetAnycast = 62;
    public const ushort NewConfiguration = 80;
    public const ushort GetConfiguration = 82;
    public const ushort GetMulticastEntry = 86;
    public const ushort NewStatistics = 92;
    public const ushort GetStatistics = 94;
    public const ushort GetNextHop = 106;
    public const ushort GetVlan = 114;

    /// <summary>RTM_MAX of Linux 6.1: four kinds for each object, of which the third asks.</summary>
    public const ushort LastRouteRequest = 123;

    /// <summary>SOCK_DIAG_BY_FAMILY and SOCK_DESTROY.</summary>
    public const ushort DiagnoseFamily = 20;
    public const ushort DestroySocket = 21;

    public const ushort Request = 1;
    public const ushort Multiple = 2;
    public const ushort Acknowledge = 4;

    /// <summary>NLM_F_DUMP_FILTERED: an answer has only what the request asked for.</summary>
    public const ushort DumpFiltered = 0x20;

    /// <summary>NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE of a request that makes something.</summary>
    public const ushort Replace = 0x100;
    public const ushort Exclusive = 0x200;
    public const ushort Create = 0x400;

    /// <summary>NLM_F_CAPPED and NLM_F_ACK_TLVS of an answer that says an error.</summary>
    public const ushort Capped = 0x100;
    public const ushort HasAttributes = 0x200;

    /// <summary>NLM_F_DUMP: NLM_F_ROOT and NLM_F_MATCH.</summary>
    public const ushort Dump = 0x300;
}
