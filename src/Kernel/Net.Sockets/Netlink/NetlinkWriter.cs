using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Writes the messages of an answer, and puts together as many in a datagram as a reader's buffer surely holds.</summary>
internal sealed class NetlinkWriter(uint sequence, uint port)
{
    /// <summary>NLMSG_GOODSIZE: programs read with a page or more.</summary>
    private const int DatagramBytes = 3776;

    private readonly List<byte[]> _datagrams = [];
    private readonly byte[] _buffer = new byte[DatagramBytes];
    private int _used;
    private int _message;

    /// <summary>The finished datagrams.</summary>
    public List<byte[]> Finish()
    {
        if (_used > 0)
        {
            _datagrams.Add(_buffer.AsSpan(0, _used).ToArray());
            _used = 0;
        }

        return _datagrams;
    }

    /// <summary>Begins a message with its fixed part, whose bytes the caller fills. <paramref name="mostBytes"/> bounds the message with its attributes.</summary>
    public Span<byte> Begin(ushort type, ushort flags, int fixedBytes, int mostBytes)
    {
        if (_used + mostBytes > DatagramBytes)
        {
            _datagrams.Add(_buffer.AsSpan(0, _used).ToArray());
            _used = 0;
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
        return body;
    }

    public void End()
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_message), _used - _message);
        Align();
    }

    /// <summary>An attribute: length, type and bytes, padded to four.</summary>
    public Span<byte> Add(ushort type, int bytes)
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

    public void Add(ushort type, uint number) => BinaryPrimitives.WriteUInt32LittleEndian(Add(type, sizeof(uint)), number);

    public void Add(ushort type, IpAddress address)
    {
        if (address.IsV4)
        {
            address.WriteV4(Add(type, IpAddress.V4Bytes));
        }
        else
        {
            address.WriteV6(Add(type, IpAddress.V6Bytes));
        }
    }

    /// <summary>A string with its NUL.</summary>
    public void Add(ushort type, string text)
    {
        Span<byte> value = Add(type, text.Length + 1);
        for (int i = 0; i < text.Length; i++)
        {
            value[i] = (byte)text[i];
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
