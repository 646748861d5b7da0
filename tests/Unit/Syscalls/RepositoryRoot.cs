using System;
using System.IO;

namespace Mote.Tests.Unit.Syscalls;

/// <summary>Where the repository is, whose pages are compared with the kernel's tables.</summary>
internal static class RepositoryRoot
{
    public static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder != null && !File.Exists(Path.Combine(folder, "Mote.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The repository was not found above the test.");
    }
}
