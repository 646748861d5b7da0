using System.Runtime.InteropServices;

namespace Mote.Machine;

/// <summary>The fake machine's physical memory: a zeroed range of this process, of which the system commits only what is touched.</summary>
internal static unsafe class HostedMemory
{
    internal const ulong SizeBytes = 256UL << 20;

    private static byte* s_base;

    internal static ulong Base
    {
        get
        {
            if (s_base == null)
            {
                // SAFETY: one allocation of the stated size, aligned to a page and never freed.
                unsafe
                {
                    s_base = (byte*)NativeMemory.AlignedAlloc((nuint)SizeBytes, PageSize.HugeBytes);
                    NativeMemory.Clear(s_base, (nuint)SizeBytes);
                }
            }

            return (ulong)s_base;
        }
    }
}
