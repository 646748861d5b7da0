using System;
using System.Buffers.Binary;

namespace Mote.Machine;

/// <summary>
/// The shared object that answers time questions inside the program (Arch/X64/vdso.S): one page of code, mapped readable and executable right
/// behind one page of data, mapped readable.
/// </summary>
public static unsafe class Vdso
{
    private const int BaseOffset = 0;
    private const int MultiplierOffset = 8;
    private const int WallOffset = 16;

    /// <summary>The code page: an ELF image. Empty on the hosted machine.</summary>
    public static ReadOnlySpan<byte> Image
    {
        get
        {
            if (MachineKind.IsHosted)
            {
                return default;
            }

            // SAFETY: the assembly lays out exactly one page in read-only data.
            unsafe
            {
                return new ReadOnlySpan<byte>(Native.VdsoImage(), PageSize.Bytes);
            }
        }
    }

    /// <summary>Writes the data page. <paramref name="wallOffsetNs"/> is the wall clock less the monotonic one, in nanoseconds.</summary>
    public static void WriteData(Frame data, long wallOffsetNs)
    {
        Span<byte> values = stackalloc byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(values[BaseOffset..], Clock.CounterBase);
        BinaryPrimitives.WriteUInt64LittleEndian(values[MultiplierOffset..], Clock.Multiplier);
        BinaryPrimitives.WriteInt64LittleEndian(values[WallOffset..], wallOffsetNs);
        data.Write(0, values);
    }
}
