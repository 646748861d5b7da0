using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// NETLINK_GENERIC: the controller "nlctrl", which is asked for the numbers of families, and is the only one there is. A program that looks for another (ethtool, nl80211, taskstats) hears ENOENT,
/// as on a kernel without it, and goes another way.
/// </summary>
internal sealed class GenericAnswers : NetlinkAnswers
{
    /// <summary>GENL_ID_CTRL, and struct genlmsghdr: command, version, two bytes of nothing.</summary>
    private const ushort Controller = 16;
    private const int HeaderBytes = 4;

    private const byte NewFamily = 1;
    private const byte GetFamily = 3;
    private const byte GetPolicy = 10;
    private const ushort NumberAttribute = 1;
    private const ushort NameAttribute = 2;

    public override Errno Answer(in NetlinkRequest request, NetlinkWriter writer)
    {
        if (request.Type != Controller)
        {
            return Errno.ENOENT;
        }

        if (!request.HasFixed(HeaderBytes))
        {
            return Errno.EINVAL;
        }

        byte command = request.Body[0];
        if (command != GetFamily)
        {
            return Errno.EOPNOTSUPP;
        }

        if (request.IsDump)
        {
            WriteController(writer, NetlinkMessage.Multiple);
            return Errno.None;
        }

        bool isController;
        if (request.TryGet(HeaderBytes, NumberAttribute, out ReadOnlySpan<byte> number) && number.Length >= sizeof(ushort))
        {
            isController = BinaryPrimitives.ReadUInt16LittleEndian(number) == Controller;
        }
        else if (request.TryGet(HeaderBytes, NameAttribute, out ReadOnlySpan<byte> name))
        {
            isController = NetlinkRequest.Text(name).SequenceEqual("nlctrl"u8);
        }
        else
        {
            return Errno.EINVAL;
        }

        if (isController)
        {
            WriteController(writer, 0);
        }

        return isController ? Errno.None : Errno.ENOENT;
    }

    public override bool IsOfDump(in NetlinkRequest request, Errno error) => false;

    private static void WriteController(NetlinkWriter writer, ushort flags)
    {
        const byte Version = 2;
        const uint CanDo = 2;
        const uint CanDump = 4;
        const uint HasPolicy = 8;
        Span<byte> header = writer.Begin(Controller, flags, HeaderBytes);
        header[0] = NewFamily;
        header[1] = Version;
        writer.AddText(NameAttribute, "nlctrl");
        writer.AddShort(NumberAttribute, Controller);
        writer.AddNumber(3, Version);
        writer.AddNumber(4, 0); // no header of its own
        writer.AddNumber(5, GetPolicy); // its last attribute
        int commands = writer.BeginNest(6);
        int first = writer.BeginNest(1);
        writer.AddNumber(1, GetFamily);
        writer.AddNumber(2, CanDo | CanDump | HasPolicy);
        writer.EndNest(first);
        writer.EndNest(commands);
        writer.End();
    }
}
