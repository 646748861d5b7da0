using System.Runtime;

namespace Mote.Runtime;

/// <summary>The kernel's last log lines, which a panic prints: a ring of bytes that Machine owns and writes.</summary>
// SAFETY: Machine gives memory that is never freed, with its size and the count of bytes written to it.
internal static unsafe class PanicLog
{
    private static byte* s_ring;
    private static ulong s_size;
    private static ulong* s_written;

    /// <summary>Says where the ring is: byte n of the log lies at n modulo the size.</summary>
    /// <param name="written">The bytes written so far, which Machine counts up.</param>
    [RuntimeExport("RhMoteSetPanicLog")]
    public static void Set(byte* ring, ulong size, ulong* written)
    {
        s_ring = ring;
        s_size = size;
        s_written = written;
    }

    /// <summary>Writes what the ring has, from the first whole line on.</summary>
    public static void Write()
    {
        if (s_ring == null || *s_written == 0)
        {
            return;
        }

        Console.Write("last lines of the log:\n"u8);
        ulong end = *s_written;
        ulong at = end > s_size ? end - s_size : 0;
        while (end > s_size && at < end && s_ring[at % s_size] != (byte)'\n')
        {
            at++;
        }

        for (at += end > s_size ? 1u : 0u; at < end; at++)
        {
            MachineHooks.EarlyWrite(s_ring + (at % s_size), 1);
        }
    }
}
