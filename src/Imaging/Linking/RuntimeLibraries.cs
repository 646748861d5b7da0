using System;
using System.Collections.Generic;
using Mote.Imaging.Rules;

namespace Mote.Imaging.Linking;

/// <summary>
/// Libraries that glibc opens by itself when certain functions are called, so that no file names them: libgcc_s for pthread_exit,
/// pthread_cancel, thrd_exit and backtrace (sysdeps/nptl/unwind-link). They come along when a program or library of the image mentions such
/// a function.
/// </summary>
internal static class RuntimeLibraries
{
    private const string Unwinder = "libgcc_s.so.1";

    private static readonly string[] s_unwinding = ["pthread_exit", "pthread_cancel", "thrd_exit", "backtrace"];

    /// <summary>
    /// Names that tell what a file will do at run time, for the ELF reader to look for: these functions, and what rules recognise programs
    /// by.
    /// </summary>
    public static IReadOnlyCollection<string> Triggers { get; } = [.. s_unwinding, DotNetRule.Symbol, DotNetRule.SingleFileSymbol];

    public static void Add(LinkScope scope)
    {
        if (!scope.IsLoaded("libc.so.6") || scope.IsLoaded(Unwinder))
        {
            return;
        }

        foreach (LoadedObject loaded in scope.Objects)
        {
            bool isOurOwn = loaded.Elf.Soname is "libc.so.6" or "libpthread.so.0";
            foreach (string trigger in s_unwinding)
            {
                if (!isOurOwn && loaded.Elf.MentionedNames.Contains(trigger))
                {
                    scope.TryLoad(Unwinder, FormattableString.Invariant($"opened by the C library for {trigger}, which {loaded.Name} calls"));
                    return;
                }
            }
        }
    }
}
