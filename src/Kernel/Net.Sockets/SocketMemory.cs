using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Net.Sockets;

/// <summary>What SO_MEMINFO and sock_diag(7) tell of a socket's memory: nine numbers (SK_MEMINFO_VARS in linux/sock_diag.h), of which those of Linux's bookkeeping alone are zero.</summary>
internal static class SocketMemory
{
    private const int Numbers = 9;

    public const int Bytes = Numbers * sizeof(uint);

    /// <summary>Writes the numbers; their length.</summary>
    public static int Write(Span<byte> value, int received, int receiveBuffer, int sent, int sendBuffer, ulong drops)
    {
        ReadOnlySpan<uint> numbers =
        [
            (uint)received, (uint)receiveBuffer, (uint)sent, (uint)sendBuffer, 0, (uint)sent, 0, 0, (uint)Math.Min(drops, uint.MaxValue),
        ];
        for (int i = 0; i < Numbers; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(value[(i * sizeof(uint))..], numbers[i]);
        }

        return Bytes;
    }
}
