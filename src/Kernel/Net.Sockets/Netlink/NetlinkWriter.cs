using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// Writes the messages of an answer, and puts together as many in a datagram as a reader's buffer surely holds. Each method says by its name how wide an attribute is: a number's C# type must not choose it.
/// </summary>
internal sealed class NetlinkWriter(uint sequence, uint port)
{
    /// <summary>NLMSG_GOODSIZE: programs read with a page or more.</summary>
    private const int DatagramBytes = 3776;

    /// <summary>No message with its attributes is longer.</summary>
    private const int MostMessageBytes = 1856;

    private readonly List<byte[]> _datagrams = [];
    private readonly byte[] _buffer = new byte[DatagramBytes];
    private int _used;
    private int _message;

    /// <summary>Memory ran out: the answer is not whole.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Why a request failed, in words that programs show when they have asked for them (NETLINK_EXT_ACK); null where the error says it all.</summary>
    public string? Explanation { get; set; }

    /// <summary>The finished datagrams.</summary>
    public List<byte[]> Finish()
    {
        Flush();
        return _datagrams;
    }

    /// <summary>Begins a message with its fixed part, whose bytes the caller fills.</summary>
    public Span<byte> Begin(ushort type, ushort flags, int fixedBytes)
    {
        if (_used + MostMessageBytes > DatagramBytes)
        {
            Flush();
        }

        _message = _used;
        Span<byte> header = _buffer.AsSpan(_message);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], port);
        _used += NetlinkMessage.HeaderBytes + fixedBytes;
        Span<byte> body = header.Slice(NetlinkMessage.HeaderBytes, fixedBytes);
        body.Clear();
        Align();
        return body;
    }

    public void End() => BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_message), _used - _message);

    /// <summary>An attribute of so many bytes, which are zero.</summary>
    public Span<byte> AddBytes(ushort type, int bytes)
    {
        const int AttributeHeader = 4;
        Span<byte> at = _buffer.AsSpan(_used);
        BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)(AttributeHeader + bytes));
        BinaryPrimitives.WriteUInt16LittleEndian(at[2..], type);
        Span<byte> value = at.Slice(AttributeHeader, bytes);
        value.Clear();
        _used += AttributeHeader + bytes;
        Align();
        return value;
    }

    /// <summary>A number of eight bits.</summary>
    public void AddByte(ushort type, byte number) => AddBytes(type, sizeof(byte))[0] = number;

    /// <summary>A number of sixteen bits.</summary>
    public void AddShort(ushort type, ushort number) => BinaryPrimitives.WriteUInt16LittleEndian(AddBytes(type, sizeof(ushort)), number);

    /// <summary>A number of 32 bits.</summary>
    public void AddNumber(ushort type, uint number) => BinaryPrimitives.WriteUInt32LittleEndian(AddBytes(type, sizeof(uint)), number);

    /// <summary>A signed number of 32 bits.</summary>
    public void AddSigned(ushort type, int number) => AddNumber(type, unchecked((uint)number));

    public void AddAddress(ushort type, IpAddress address)
    {
        if (address.IsV4)
        {
            address.WriteV4(AddBytes(type, IpAddress.V4Bytes));
        }
        else
        {
            address.WriteV6(AddBytes(type, IpAddress.V6Bytes));
        }
    }

    /// <summary>A string with its NUL.</summary>
    public void AddText(ushort type, string text)
    {
        Span<byte> value = AddBytes(type, text.Length + 1);
        for (int i = 0; i < text.Length; i++)
        {
            value[i] = (byte)text[i];
        }
    }

    /// <summary>Begins an attribute that holds others; <see cref="EndNest"/> is given what comes out.</summary>
    public int BeginNest(ushort type)
    {
        int start = _used;
        _ = AddBytes(type, 0);
        return start;
    }

    public void EndNest(int start) => BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(start), (ushort)(_used - start));

    private void Flush()
    {
        if (_used > 0)
        {
            if (KernelHeap.CanAllocate(_used))
            {
                _datagrams.Add(_buffer.AsSpan(0, _used).ToArray());
            }
            else
            {
                IsCut = true;
            }

            _used = 0;
        }
    }

    private void Align()
    {
        while ((_used & 3) != 0)
        {
            _buffer[_used++] = 0;
        }
    }
}
