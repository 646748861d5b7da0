using System;
using System.Collections.Generic;

namespace Mote.Imaging.Linking;

/// <summary>
/// Libraries that glibc opens by itself when certain functions are called, so that no file names them: libgcc_s for pthread_exit, pthread_cancel, thrd_exit and
/// backtrace (sysdeps/nptl/unwind-link). They come along when a program or library of the image mentions such a function.
/// </summary>
internal static class RuntimeLibraries
{
    private const string Unwinder = "libgcc_s.so.1";

    /// <summary>The functions' names, for the ELF reader to look for.</summary>
    public static IReadOnlyCollection<string> Triggers { get; } = ["pthread_exit", "pthread_cancel", "thrd_exit", "backtrace"];

    public static void Add(LinkScope scope)
    {
        if (!scope.IsLoaded("libc.so.6") || scope.IsLoaded(Unwinder))
        {
            return;
        }

        foreach (LoadedObject loaded in scope.Objects)
        {
            bool isOurOwn = loaded.Elf.Soname is "libc.so.6" or "libpthread.so.0";
            foreach (string trigger in Triggers)
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
