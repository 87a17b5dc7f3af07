// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using LbEngine.Configuration.Schema;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>The settings of the admin interface.</summary>
internal sealed class AdminTable : SettingTable<AdminOptions>
{
    private const string SocketFilePrefix = "unix:";

    /// <summary>The longest path of a socket file in bytes, its end not counted (man 7 unix).</summary>
    private const int LongestSocketFile = 107;

    /// <summary>Every user of the machine can try one after the other: 16 random letters and digits are more than anybody can try.</summary>
    private const int ShortestToken = 16;

    public AdminTable()
        : base(
            "admin",
            "Where `lb` is controlled while it runs: by `lb status`, `lb drain` and the other commands, or over HTTP. "
            + "Read at the start; a reload does not move it.")
    {
        Text("bind", o => o.Bind, (o, v) => o.Bind = v, "an address such as unix:lb.sock or 127.0.0.1:9900")
            .Unset("a socket file")
            .Check(CheckBind)
            .Means("A socket file (`unix:FILE`), or a loopback address and port with a `token`.");
        Text("token", o => o.Token, (o, v) => o.Token = v, "a secret text")
            .Check(CheckToken)
            .Means("A secret that every request must carry (`Authorization: Bearer`); required with an address and port.")
            .Noting($"Every user of the machine can reach an address and port. The secret is made of {ShortestToken} or more letters, digits and "
                + "signs of ASCII without blanks: `openssl rand -hex 16` makes one.");
    }

    private static void CheckBind(AdminOptions admin, SettingCheck check)
    {
        string bind = admin.Bind;
        if (bind.StartsWith(SocketFilePrefix, StringComparison.Ordinal))
        {
            string path = bind[SocketFilePrefix.Length..];
            if (Encoding.UTF8.GetByteCount(path) is 0 or > LongestSocketFile || path.Contains('\0', StringComparison.Ordinal))
            {
                check.Refuse($"the path of a socket file has 1 to {LongestSocketFile} bytes, was {SettingCheck.Quote(path)}");
            }
        }
        else if (bind.Length == 0)
        {
            return;
        }
        else if (!SettingCheck.TryParseEndPoint(bind, out IPEndPoint? endPoint, out string problem))
        {
            check.Refuse($"{problem}; or write a socket file such as unix:lb.sock");
        }
        else if (!IPAddress.IsLoopback(endPoint.Address))
        {
            check.Refuse(
                $"must be a loopback address such as 127.0.0.1:{endPoint.Port}, or a socket file such as unix:lb.sock, was {SettingCheck.Quote(bind)}; "
                + "reach it from elsewhere through ssh");
        }
    }

    private static void CheckToken(AdminOptions admin, SettingCheck check)
    {
        if (admin.Token.Length == 0 && admin.Bind.Length > 0 && !admin.Bind.StartsWith(SocketFilePrefix, StringComparison.Ordinal))
        {
            check.Refuse("is required with a TCP address: write a secret text, such as openssl rand -hex 16 prints, or bind to unix:lb.sock");
        }

        if (FindTokenFault(admin.Token) is string fault)
        {
            check.Refuse(fault);
        }
    }

    /// <summary>What is wrong with a token, and what to write instead; null when it may be one, and for none.</summary>
    public static string? FindTokenFault(string token) => token switch
    {
        _ when !token.All(static c => c is > ' ' and <= '~') =>
            "must be made of letters, digits and signs of ASCII without blanks: it travels in an HTTP header",
        { Length: > 0 and < ShortestToken } =>
            $"must have {ShortestToken} characters or more, was {token.Length}: write what openssl rand -hex 16 prints",
        _ => null,
    };
}
