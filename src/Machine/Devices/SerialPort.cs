using System;
using System.Runtime;

namespace Mote.Machine;

/// <summary>
/// The 16550 serial port at 0x3f8: the boot log's last resort and where panics go. Output only, polled, a FIFO at a time. Guests of Xen
/// have its console instead.
/// </summary>
public static unsafe class SerialPort
{
    private const ushort Data = 0x3f8;
    private const ushort LineStatus = 0x3fd;
    private const byte TransmitterEmpty = 0x20;
    private const byte Absent = 0xff;
    private const int Patience = 100_000;

    /// <summary>Of the FIFO, which is empty when the line status says so (16550 data sheet, 8.4).</summary>
    private const int FifoBytes = 16;
    private const ushort FifoControl = 0x3fa;
    private const byte FifoEnable = 1;

    private static bool s_hasFifo;

    /// <summary>Writes text; LF becomes CR LF. Does nothing where there is no port.</summary>
    public static void Write(ReadOnlySpan<byte> text)
    {
        if (MachineKind.IsHosted || text.IsEmpty)
        {
            return;
        }

        if (XenConsole.IsThere)
        {
            XenConsole.Write(text);
            return;
        }

        if (!s_hasFifo)
        {
            Native.Out8(FifoControl, FifoEnable);
            s_hasFifo = true;
        }

        Span<byte> chunk = stackalloc byte[FifoBytes];
        int count = 0;
        foreach (byte value in text)
        {
            // Room for a line's two ends.
            if (count >= FifoBytes - 1)
            {
                if (!TrySend(chunk[..count]))
                {
                    return;
                }

                count = 0;
            }

            if (value == (byte)'\n')
            {
                chunk[count++] = (byte)'\r';
            }

            chunk[count++] = value;
        }

        _ = TrySend(chunk[..count]);
    }

    /// <summary>Fills the empty FIFO, after one look at it. False where there is no port.</summary>
    private static bool TrySend(ReadOnlySpan<byte> bytes)
    {
        byte status = Native.In8(LineStatus);
        for (int tries = 0; tries < Patience && (status & TransmitterEmpty) == 0; tries++)
        {
            status = Native.In8(LineStatus);
        }

        if (status == Absent)
        {
            return false;
        }

        // SAFETY: the span is that long, and the instruction only reads it.
        unsafe
        {
            fixed (byte* first = bytes)
            {
                Native.OutString8(Data, first, (ulong)bytes.Length);
            }
        }

        return true;
    }

    [RuntimeExport("MachineEarlyWrite")]
    internal static void WriteEarly(byte* text, nuint length)
    {
        // SAFETY: the runtime passes a pointer with its length.
        unsafe
        {
            Write(new ReadOnlySpan<byte>(text, (int)length));
        }
    }
}
