using System;
using System.IO;
using System.Text;

namespace Mote.Tests.Guest;

/// <summary>The files that servers are given at /srv/files.</summary>
internal static class ServedFiles
{
    public const string GuestFolder = "/srv/files";

    private static readonly Lazy<string> s_folder = new(Create);

    public static byte[] Page { get; } = Encoding.UTF8.GetBytes("<p>served by a machine</p>\n");

    public static byte[] Blob { get; } = TestData.Bytes(1_000_000);

    public static string Folder => s_folder.Value;

    /// <summary>The option of <c>mote run</c> that puts them there.</summary>
    public static string[] Option => ["--add", $"{Folder}:{GuestFolder}"];

    private static string Create()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "files")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "page.html"), Page);
        File.WriteAllBytes(Path.Combine(folder, "blob.bin"), Blob);
        return folder;
    }
}
