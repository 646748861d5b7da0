using System;
using System.Collections.Generic;
using System.Text;

namespace Mote.Imaging.Tree;

/// <summary>Absolute paths inside the image, as text: no file system is asked.</summary>
internal static class GuestPath
{
    /// <summary>Without <c>.</c>, <c>..</c>, doubled or trailing slashes.</summary>
    public static string Normalize(string path)
    {
        var names = new List<string>();
        foreach (string name in path.Split('/'))
        {
            if (name == "..")
            {
                if (names.Count > 0)
                {
                    names.RemoveAt(names.Count - 1);
                }
            }
            else if (name is not ("" or "."))
            {
                names.Add(name);
            }
        }

        return "/" + string.Join('/', names);
    }

    /// <summary>The path itself when it is absolute, else below the folder.</summary>
    public static string Combine(string folder, string path) => Normalize(path.StartsWith('/') ? path : folder + "/" + path);

    public static string Folder(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash <= 0 ? "/" : path[..slash];
    }

    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    public static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/');

    /// <summary>The order of EROFS directories: by the names' bytes.</summary>
    public static int CompareNames(string left, string right) =>
        Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
}
