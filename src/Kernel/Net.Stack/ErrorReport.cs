using System;
using System.Buffers.Binary;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>An entry of the queue of errors (IP_RECVERR in ip(7)). It lies before the quoted data in the entry's packet, so that entries take no memory but packets.</summary>
public readonly record struct ErrorReport
{
    internal const int Bytes = 32;
    private const int AddressAt = 16;

    /// <summary>SO_EE_CODE_ZEROCOPY_COPIED.</summary>
    internal const byte WasCopied = 1;

    /// <summary>What the program is told; None for what is no error.</summary>
    public NetError Error { get; init; }

    public ErrorOrigin Origin { get; init; }

    /// <summary>Type and code of ICMP.</summary>
    public byte Type { get; init; }

    public byte Code { get; init; }

    public uint Info { get; init; }

    public uint Data { get; init; }

    /// <summary>Where the packet was to go.</summary>
    public EndpointAddress Destination { get; init; }

    /// <summary>Who sent the error.</summary>
    public IpAddress Offender { get; init; }

    /// <summary>The header of the packet that the entry is made of: that of the error, or of what was sent. Without one,
    /// <see cref="PacketHeader.Interface"/> is zero.</summary>
    public PacketHeader Header { get; init; }

    internal void Write(PacketBuffer packet)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        bytes.Clear();
        bytes[0] = (byte)Error;
        bytes[1] = (byte)Origin;
        bytes[2] = Type;
        bytes[3] = Code;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Info);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Data);
        bytes[12] = Header.TransportOffset;
        Header.Destination.WriteV6(bytes[AddressAt..]);
        packet.Prepend(bytes);
        packet.Note.Source = Offender;
        packet.Note.Destination = Destination.Address;
        packet.Note.DestinationPort = Destination.Port;
        packet.Note.Interface = Header.Interface;
        packet.Note.TimeToLive = Header.TimeToLive;
        packet.Note.TypeOfService = Header.TypeOfService;
    }

    internal static ErrorReport Read(PacketBuffer packet)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        packet.Read(0, bytes);
        return new ErrorReport
        {
            Error = (NetError)bytes[0],
            Origin = (ErrorOrigin)bytes[1],
            Type = bytes[2],
            Code = bytes[3],
            Info = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            Data = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            Destination = new EndpointAddress(packet.Note.Destination, packet.Note.DestinationPort),
            Offender = packet.Note.Source,
            Header = new PacketHeader
            {
                Interface = packet.Note.Interface,
                Destination = IpAddress.ReadV6(bytes[AddressAt..]),
                TimeToLive = packet.Note.TimeToLive,
                TypeOfService = packet.Note.TypeOfService,
                TransportOffset = bytes[12],
            },
        };
    }
}
