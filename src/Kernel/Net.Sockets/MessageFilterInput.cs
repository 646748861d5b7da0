using System;
using System.Buffers.Binary;
using Mote.Kernel.Filters;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// A message that is not a packet of a device, as a socket's filter sees it: of AF_UNIX and of netlink, whose attributes can be looked for.
/// </summary>
internal readonly struct MessageFilterInput(byte[] message, ushort protocol, ulong random) : IFilterInput
{
    private const int AttributeBytes = 4; // struct nlattr: length and type
    private const ushort TypeMask = 0x3fff;

    public int Length => message.Length;

    public bool TryLoad(int offset, int bytes, out uint value)
    {
        value = 0;
        if (offset < 0 || offset > message.Length - bytes)
        {
            return false;
        }

        for (int i = 0; i < bytes; i++)
        {
            value = value << 8 | message[offset + i];
        }

        return true;
    }

    public bool TryGet(FilterExtra extra, uint accumulator, uint index, out uint value)
    {
        value = extra switch
        {
            FilterExtra.Protocol => protocol,
            FilterExtra.NetlinkAttribute => FindAttribute(accumulator, message.Length, index),
            FilterExtra.NestedNetlinkAttribute => FindNested(accumulator, index),
            FilterExtra.Random => unchecked((uint)random),
            _ => 0,
        };
        return extra is not (FilterExtra.Interface or FilterExtra.HardwareType); // without a device the filter ends
    }

    /// <summary>The first attribute of a type from a place on; zero for none.</summary>
    private uint FindAttribute(uint from, int end, uint type)
    {
        for (long at = from; at <= end - AttributeBytes;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(message.AsSpan((int)at));
            if (length < AttributeBytes || at + length > end)
            {
                break;
            }

            if ((BinaryPrimitives.ReadUInt16LittleEndian(message.AsSpan((int)at + 2)) & TypeMask) == type)
            {
                return (uint)at;
            }

            at += (length + 3) & ~3;
        }

        return 0;
    }

    private uint FindNested(uint at, uint type)
    {
        if (at > message.Length - AttributeBytes)
        {
            return 0;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(message.AsSpan((int)at));
        return length > message.Length - (int)at ? 0 : FindAttribute(at + AttributeBytes, (int)at + length, type);
    }
}
