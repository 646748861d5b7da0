using System;
using System.Buffers.Binary;
using Mote.Kernel.Net.Wire;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// A program of comparisons that ss(8) sends to choose sockets (struct inet_diag_bc_op in linux/inet_diag.h): each jumps ahead when it holds and elsewhere ahead when not; behind the end is acceptance.
/// The default accepts all.
/// </summary>
internal readonly ref struct SocketFilter
{
    private const int OperationBytes = 4;
    private const byte Jump = 1;
    private const byte SourceAtLeast = 2;
    private const byte SourceAtMost = 3;
    private const byte DestinationAtLeast = 4;
    private const byte DestinationAtMost = 5;
    private const byte IsAutomatic = 6;
    private const byte SourceMatches = 7;
    private const byte DestinationMatches = 8;
    private const byte InterfaceIs = 9;
    private const byte SourceIs = 11;
    private const byte DestinationIs = 12;

    private readonly ReadOnlySpan<byte> _code;

    private SocketFilter(ReadOnlySpan<byte> code) => _code = code;

    /// <summary>Checks a program: every step goes forwards, so that it ends.</summary>
    public static bool TryRead(ReadOnlySpan<byte> code, out SocketFilter filter)
    {
        filter = new SocketFilter(code);
        int at = 0;
        while (at < code.Length)
        {
            if (code.Length - at < OperationBytes)
            {
                return false;
            }

            byte operation = code[at];
            int yes = code[at + 1];
            int no = BinaryPrimitives.ReadUInt16LittleEndian(code[(at + 2)..]);
            if (operation > DestinationIs || operation == 10 || yes < OperationBytes + OperandBytes(operation) || (yes & 3) != 0 || yes > code.Length - at + OperationBytes)
            {
                return false;
            }

            // Beyond the end by one operation is rejection.
            if (operation != 0 && (no < OperationBytes || (no & 3) != 0 || no > code.Length - at + OperationBytes))
            {
                return false;
            }

            at += yes;
        }

        return true;
    }

    public bool Accepts(scoped in InetSocketState socket, AddressFamily family)
    {
        int at = 0;
        while (at < _code.Length)
        {
            ReadOnlySpan<byte> step = _code[at..];
            if (step.Length < OperationBytes + OperandBytes(step[0]))
            {
                return false;
            }

            int no = BinaryPrimitives.ReadUInt16LittleEndian(step[2..]);
            at += Math.Max(Holds(step, socket, family) ? step[1] : no, OperationBytes);
        }

        return at == _code.Length;
    }

    private static int OperandBytes(byte operation) => operation switch
    {
        SourceAtLeast or SourceAtMost or DestinationAtLeast or DestinationAtMost or SourceIs or DestinationIs or InterfaceIs => OperationBytes,
        SourceMatches or DestinationMatches => 8,
        _ => 0,
    };

    private static bool Holds(ReadOnlySpan<byte> step, in InetSocketState socket, AddressFamily family)
    {
        ReadOnlySpan<byte> operand = step[OperationBytes..];
        switch (step[0])
        {
            case Jump:
                return false;
            case SourceAtLeast:
                return socket.Local.Port >= Port(operand);
            case SourceAtMost:
                return socket.Local.Port <= Port(operand);
            case SourceIs:
                return socket.Local.Port == Port(operand);
            case DestinationAtLeast:
                return socket.Remote.Port >= Port(operand);
            case DestinationAtMost:
                return socket.Remote.Port <= Port(operand);
            case DestinationIs:
                return socket.Remote.Port == Port(operand);
            case InterfaceIs:
                return socket.Interface == BinaryPrimitives.ReadInt32LittleEndian(operand);
            case SourceMatches:
                return Matches(operand, socket.Local, family);
            case DestinationMatches:
                return Matches(operand, socket.Remote, family);
            case IsAutomatic:
                return false; // no port is remembered as chosen by the kernel
            default:
                return true;
        }
    }

    /// <summary>The port stands in the second half of an operation of its own.</summary>
    private static ushort Port(ReadOnlySpan<byte> operand) => BinaryPrimitives.ReadUInt16LittleEndian(operand[2..]);

    /// <summary>struct inet_diag_hostcond: family, prefix length, port at 4 (-1 for any), address at 8.</summary>
    private static bool Matches(ReadOnlySpan<byte> condition, in Stack.EndpointAddress end, AddressFamily family)
    {
        int port = BinaryPrimitives.ReadInt32LittleEndian(condition[4..]);
        if (port != -1 && port != end.Port)
        {
            return false;
        }

        int prefix = condition[1];
        AddressFamily wanted = (AddressFamily)condition[0];
        if (prefix == 0)
        {
            return wanted == AddressFamily.Unspecified || wanted == family;
        }

        bool isV4 = wanted == AddressFamily.Inet;
        ReadOnlySpan<byte> bytes = condition[8..];
        if (bytes.Length < (isV4 ? IpAddress.V4Bytes : IpAddress.V6Bytes) || prefix > (isV4 ? 32 : 128))
        {
            return false;
        }

        return end.Address.IsInPrefix(isV4 ? IpAddress.ReadV4(bytes) : IpAddress.ReadV6(bytes), prefix);
    }
}
