using System;
using System.IO;

namespace Mote.Tests.Guest;

/// <summary>Where things are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Programs and files that the tests make; kept between runs.</summary>
    public static string Artifacts { get; } = Directory.CreateDirectory(Path.Combine(Root, "artifacts", "guest")).FullName;

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mote.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run in the repository only.");
    }
}
