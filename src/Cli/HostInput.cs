using System.Runtime.InteropServices;
using System.Threading;

namespace Mote.Cli;

/// <summary>
/// Standard input of the tool, unbuffered. Calls read(2) itself: on a terminal the class library's console has a line editor of its own, and puts the terminal into a mode for it.
/// </summary>
internal static class HostInput
{
    private const int Input = 0;
    private const int Interrupted = 4;
    private const int TryAgain = 11;

    /// <summary>Fills the buffer with what there is; 0 at the end, which is also what a closed or unreadable standard input is, as under nohup(1).</summary>
    public static int Read(byte[] buffer)
    {
        while (true)
        {
            nint count = read(Input, buffer, buffer.Length);
            if (count >= 0)
            {
                return (int)count;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case TryAgain:
                    // Somebody made the descriptor non-blocking (it is shared with the parent).
                    Thread.Sleep(1);
                    break;
                default:
                    return 0;
            }
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static safe extern nint read(int descriptor, byte[] buffer, nint count);
}
