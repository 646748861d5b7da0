using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;

namespace Mote.Kernel.Observe;

// Addresses and messages of sockets.
internal static partial class ArgumentText
{
    private const int ShownAddress = 110;

    private static ulong ReadLength(TracedCall call, ulong address)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        return call.TryRead(address, bytes) ? U32(bytes, 0) : 0;
    }

    /// <summary>struct sockaddr by its family.</summary>
    private static void AppendSocketAddress(TracedCall call, ulong address, ulong length)
    {
        Span<byte> bytes = stackalloc byte[ShownAddress];
        TraceLine line = call.Line;
        bytes = bytes[..(int)ulong.Min(length, ShownAddress)];
        if (bytes.Length < sizeof(ushort) || !call.TryRead(address, bytes))
        {
            line.AppendAddress(address);
            return;
        }

        ushort family = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        NameTable.AppendName(Field(line, "{sa_family="u8), TraceNames.SocketDomains, family);
        switch ((AddressFamily)family)
        {
            case AddressFamily.Unix when bytes.Length > 2:
                bool isAbstract = bytes[2] == 0;
                Field(line, isAbstract ? ", sun_path=@"u8 : ", sun_path="u8).AppendQuoted(isAbstract ? bytes[3..] : Text(bytes[2..]));
                break;
            case AddressFamily.Inet when bytes.Length >= 8:
                Field(line, ", sin_port="u8).AppendUnsigned(BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
                line.Append(", sin_addr="u8);
                for (int i = 4; i < 8; i++)
                {
                    line.AppendUnsigned(bytes[i]);
                    line.Append(i < 7 ? "."u8 : default);
                }

                break;
            case AddressFamily.Inet6 when bytes.Length >= 24:
                Field(line, ", sin6_port="u8).AppendUnsigned(BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
                Field(line, ", sin6_addr="u8).AppendHex(BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
                Field(line, ":"u8).AppendHex(BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]));
                break;
            default:
                break;
        }

        line.Append((byte)'}');
    }

    private static void AppendMessage(TracedCall call, ulong address, ulong filled)
    {
        Span<byte> bytes = stackalloc byte[56];
        if (!call.TryRead(address, bytes))
        {
            call.Line.AppendAddress(address);
            return;
        }

        call.Line.Append("{msg_name="u8);
        AppendSocketAddress(call, U64(bytes, 0), U32(bytes, 8));
        call.Line.Append(", msg_iov="u8);
        AppendVector(call, U64(bytes, 16), U64(bytes, 24), filled);
        Field(call.Line, ", msg_controllen="u8).AppendUnsigned(U64(bytes, 40));
        NameTable.AppendBits(Field(call.Line, ", msg_flags="u8), TraceNames.MessageFlags, U32(bytes, 48));
        call.Line.Append((byte)'}');
    }
}
