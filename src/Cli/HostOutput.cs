using System.Runtime.InteropServices;
using System.Text;
using System.Threading;

namespace Mote.Cli;

/// <summary>
/// Standard output or standard error of the tool, unbuffered. Calls write(2) itself because both streams of the class library are wrong here: the console's
/// swallows EPIPE, and FileStream writes to a regular file at an offset of its own (pwrite), which breaks <c>(a; mote run b) &gt; file</c>.
/// </summary>
internal sealed class HostOutput
{
    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const int BrokenPipe = 32;

    private readonly int _descriptor;
    private readonly Lock _lock = new();

    private HostOutput(int descriptor) => _descriptor = descriptor;

    /// <summary>What ends a line of <see cref="WriteLine"/>; a raw terminal needs a carriage return, too.</summary>
    public string LineEnd { get; set; } = "\n";

    public static HostOutput StandardOutput { get; } = new(1);

    public static HostOutput StandardError { get; } = new(2);

    /// <summary>Writes all bytes, as one piece among the threads of the tool.</summary>
    public WriteResult Write(byte[] buffer, int count)
    {
        lock (_lock)
        {
            int done = 0;
            while (done < count)
            {
                // A view of the rest is copied only after a short write, which is rare.
                byte[] rest = done == 0 ? buffer : buffer[done..count];
                nint written = write(_descriptor, rest, count - done);
                if (written >= 0)
                {
                    done += (int)written;
                    continue;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case Interrupted:
                        break;
                    case TryAgain:
                        // Somebody made the descriptor non-blocking (it is shared with the parent); the reader is slow.
                        Thread.Sleep(1);
                        break;
                    case BrokenPipe:
                        return WriteResult.ReaderGone;
                    default:
                        return WriteResult.Failed;
                }
            }

            return WriteResult.Done;
        }
    }

    /// <summary>Writes text of the tool's, in which names and words of others are (<see cref="TerminalText"/>).</summary>
    public WriteResult WriteLine(string text) => WriteRaw(TerminalText.Escape(text) + LineEnd);

    /// <summary>The same without an end of the line.</summary>
    public WriteResult WriteText(string text) => WriteRaw(TerminalText.Escape(text));

    private WriteResult WriteRaw(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Write(bytes, bytes.Length);
    }

    [DllImport("libc", SetLastError = true)]
    private static safe extern nint write(int descriptor, byte[] buffer, nint count);
}
