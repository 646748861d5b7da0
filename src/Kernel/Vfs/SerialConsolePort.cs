using System;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>The serial port as a stream without input: for machines that have no virtio console.</summary>
public sealed class SerialConsolePort : ConsolePort
{
    private readonly byte[] _buffer = new byte[256];

    public override bool IsReadable => false;

    public override bool IsWritable => true;

    public override bool IsEndOfInput => true;

    public override bool IsBroken => false;

    public override int Read(Span<byte> destination) => 0;

    public override int Write(ReadOnlySpan<byte> source)
    {
        SerialPort.Write(source);
        return source.Length;
    }

    public override int WriteUser(AddressSpace space, VirtAddr source, int length, out bool isFault)
    {
        int done = 0;
        while (done < length)
        {
            Span<byte> part = _buffer.AsSpan(0, Math.Min(_buffer.Length, length - done));
            int copied = space.Read(source + (ulong)done, part);
            SerialPort.Write(part[..copied]);
            done += copied;
            if (copied < part.Length)
            {
                isFault = true;
                return done;
            }
        }

        isFault = false;
        return done;
    }

    public override bool Drain(Instant deadline) => true;
}
