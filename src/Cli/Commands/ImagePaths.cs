using System;
using System.Collections.Generic;
using System.Linq;
using Mote.Imaging;

namespace Mote.Cli.Commands;

/// <summary>Paths inside an image, by its manifest.</summary>
internal static class ImagePaths
{
    private const int MostLinks = 40;

    /// <summary>The path with all links followed, those of its folders too (/bin is a link to usr/bin).</summary>
    public static string Resolve(ImageManifest manifest, string path)
    {
        Dictionary<string, string> links = manifest.Files.Where(file => file.Target is not null).ToDictionary(file => file.Path, file => file.Target!, StringComparer.Ordinal);
        var pending = new Stack<string>(Names(path).Reverse());
        string real = "";
        int followed = 0;
        while (pending.TryPop(out string? name))
        {
            if (name == "..")
            {
                real = real[..Math.Max(real.LastIndexOf('/'), 0)];
            }
            else if (!links.TryGetValue($"{real}/{name}", out string? target) || ++followed > MostLinks)
            {
                real += "/" + name;
            }
            else
            {
                real = target.StartsWith('/') ? "" : real;
                foreach (string part in Names(target).Reverse())
                {
                    pending.Push(part);
                }
            }
        }

        return real;
    }

    private static IEnumerable<string> Names(string path) => path.Split('/').Where(name => name is not ("" or "."));
}
