using System;

namespace Mote.Machine;

/// <summary>A copy of the last log lines that a panic prints after its stack, wherever the log itself goes. It takes a page when the first line comes and nothing afterwards.</summary>
public static unsafe class PanicLog
{
    private const int HeaderBytes = sizeof(ulong);
    private const int RingBytes = PageSize.Bytes - HeaderBytes;

    // The count of bytes written, then the ring.
    private static byte* s_page;
    private static bool s_isOff;

    /// <summary>Adds one line, without its end. Lost when there is no memory for the page.</summary>
    public static void Append(ReadOnlySpan<byte> line)
    {
        if (MachineKind.IsHosted || s_isOff || (s_page == null && !TryStart()))
        {
            return;
        }

        foreach (byte value in line)
        {
            Put(value);
        }

        Put((byte)'\n');
    }

    private static bool TryStart()
    {
        uint frame = FrameTable.Take(FrameState.Kernel);
        s_isOff = frame == 0;
        if (s_isOff)
        {
            return false;
        }

        // SAFETY: a whole frame, never freed, of which the first word counts and the rest is the ring.
        unsafe
        {
            s_page = PhysicalMemory.Window(frame);
            *(ulong*)s_page = 0;
            Native.SetPanicLog(s_page + HeaderBytes, RingBytes, (ulong*)s_page);
        }

        return true;
    }

    private static void Put(byte value)
    {
        // SAFETY: the page is there, and the remainder is below the ring's size.
        unsafe
        {
            ulong* written = (ulong*)s_page;
            s_page[HeaderBytes + (int)(*written % RingBytes)] = value;
            *written += 1;
        }
    }
}
