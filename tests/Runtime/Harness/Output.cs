using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Text;

namespace Mote.Harness;

/// <summary>Lines of text to whoever compares them.</summary>
internal static class Output
{
    /// <summary>Whether this was compiled by ilc.</summary>
    public static bool IsNative => !RuntimeFeature.IsDynamicCodeSupported;

    public static void Line(string text)
    {
        if (!IsNative)
        {
            Console.Out.Write(text + "\n");
            return;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text + "\n");
        // SAFETY: start.S writes that many bytes to standard output and keeps nothing.
        unsafe
        {
            fixed (byte* start = bytes)
            {
                Native.Write(start, (nuint)bytes.Length);
            }
        }
    }

    public static string Argument()
    {
        // SAFETY: the kernel keeps a process's arguments, which end with zeros, for its life.
        unsafe
        {
            byte* text = Native.Argument();
            int length = 0;
            while (text[length] != 0)
            {
                length++;
            }

            return Encoding.UTF8.GetString(text, length);
        }
    }

    private static class Native
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        [RuntimeImport("*", "MachineEarlyWrite")]
        public static extern unsafe void Write(byte* text, nuint length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        [RuntimeImport("*", "HarnessArgument")]
        public static extern unsafe byte* Argument();
    }
}
