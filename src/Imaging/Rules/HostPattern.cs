using System;
using System.Collections.Generic;
using System.IO.Enumeration;
using Mote.Imaging.Inputs;

namespace Mote.Imaging.Rules;

/// <summary>A path of the host with <c>*</c> and <c>?</c> in its names, as in <c>/usr/lib/*/perl/5.*</c>.</summary>
internal static class HostPattern
{
    /// <summary>The paths that are there, in order of their bytes. Each look is recorded, so that a path that appears later makes a new image.</summary>
    public static IReadOnlyList<string> Expand(HostFiles host, string pattern)
    {
        List<string> paths = [""];
        foreach (string name in pattern.TrimStart('/').Split('/'))
        {
            List<string> next = [];
            bool isLiteral = name.AsSpan().IndexOfAny('*', '?') < 0;
            foreach (string path in paths)
            {
                if (isLiteral)
                {
                    next.Add(path + "/" + name);
                    continue;
                }

                foreach (string entry in path.Length > 0 && host.IsDirectory(path) ? host.List(path) : [])
                {
                    if (FileSystemName.MatchesSimpleExpression(name, entry, ignoreCase: false))
                    {
                        next.Add(path + "/" + entry);
                    }
                }
            }

            paths = next;
        }

        return paths.FindAll(path => host.Resolve(path) is not null);
    }
}
