using System.Runtime;

namespace Mote.Runtime;

/// <summary>Return addresses of a stack, for whoever wants to know where code is.</summary>
// SAFETY: writes at most max addresses into the caller's buffer; the cursor checks what it reads.
internal static unsafe class StackWalk
{
    /// <summary>Walks up from a frame. It reads only between the bounds that <see cref="StackBounds"/> was given.</summary>
    /// <param name="ip">Where it stands: an instruction, not a return address.</param>
    /// <param name="rsp">Its stack pointer.</param>
    /// <param name="rbp">Its frame pointer.</param>
    /// <param name="buffer">Receives return addresses, innermost first; <paramref name="ip"/> is not among them.</param>
    /// <param name="max">How many it holds.</param>
    /// <returns>How many there were.</returns>
    [RuntimeExport("RhMoteWalkStack")]
    public static int Walk(nint ip, nint rsp, nint rbp, nint* buffer, int max)
    {
        StackCursor cursor;
        StackCursor.Start(&cursor, ip, rsp, rbp, isExact: true);
        int count = 0;
        while (count < max && StackCursor.MoveToCaller(&cursor))
        {
            buffer[count++] = cursor.Ip;
        }

        return count;
    }

    /// <summary>The class library's way to its own stack (System.Diagnostics.StackTrace), which needs names that the kernel does
    /// not carry in the library's form.</summary>
    /// <returns>How many addresses there are: none.</returns>
    [RuntimeExport("RhpGetCurrentThreadStackTrace")]
    public static int CurrentThread(nint* buffer, uint length, nuint addressInCurrentFrame) => 0;
}
