// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>Checks what the settings of the admin interface mean.</summary>
internal static class AdminValidator
{
    public const string Expected = "an address such as unix:lb.sock or 127.0.0.1:9900";

    public const string SocketFilePrefix = "unix:";

    /// <summary>The longest path of a socket file in bytes, its end not counted (man 7 unix).</summary>
    private const int LongestSocketFile = 107;

    private static readonly IntegerRange Ports = new(0, SettingRanges.Port.Max);

    public static void Validate(AdminOptions admin, ValidationContext context)
    {
        if (admin.Bind is null || admin.Token is null)
        {
            context.Refuse("admin", "bind and token must not be null; leave them empty");
            return;
        }

        if (admin.Bind.StartsWith(SocketFilePrefix, StringComparison.Ordinal))
        {
            CheckSocketFile(admin.Bind[SocketFilePrefix.Length..], context);
        }
        else if (admin.Bind.Length > 0)
        {
            CheckAddress(admin, context);
        }

        if (!admin.Token.All(c => c is > ' ' and <= '~'))
        {
            context.Refuse("admin.token", "must be made of letters, digits and signs of ASCII without blanks: it travels in an HTTP header");
        }
    }

    private static void CheckSocketFile(string path, ValidationContext context)
    {
        int length = Encoding.UTF8.GetByteCount(path);
        if (length is 0 or > LongestSocketFile || path.Contains('\0', StringComparison.Ordinal))
        {
            context.Refuse("admin.bind", $"the path of a socket file has 1 to {LongestSocketFile} bytes, was {ConfigurationText.Quote(path)}");
        }
    }

    private static void CheckAddress(AdminOptions admin, ValidationContext context)
    {
        if (!EndPointText.TryParse(admin.Bind, Ports, out IPEndPoint? endPoint, out string problem))
        {
            context.Refuse("admin.bind", $"{problem}; or write a socket file such as unix:lb.sock");
        }
        else if (!IPAddress.IsLoopback(endPoint.Address))
        {
            context.Refuse("admin.bind", $"must be a loopback address such as 127.0.0.1:{endPoint.Port}, or a socket file such as unix:lb.sock, was {ConfigurationText.Quote(admin.Bind)}; reach it from elsewhere through ssh");
        }

        if (admin.Token.Length == 0)
        {
            context.Refuse("admin.token", "is required with a TCP address: write a secret text, or bind to unix:lb.sock");
        }
    }
}
