// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admin.Doctor;

namespace LbEngine.Tests.Admin.Doctor;

/// <summary>Targets of tests that touch no network: 192.0.2.1 is of RFC 5737.</summary>
internal static class DoctorTargets
{
    public static readonly IPEndPoint EndPoint = IPEndPoint.Parse("192.0.2.1:80");

    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public static DoctorTarget Tcp { get; } = new("site", "a", EndPoint, ExaminationKind.Tcp, Timeout);

    public static DoctorTarget Http { get; } = Tcp with { Kind = ExaminationKind.Http, Path = "/healthz" };

    public static DoctorTarget Https { get; } = Http with { Tls = true, Host = "example.org" };

    public static DoctorTarget Udp { get; } = Tcp with { Kind = ExaminationKind.Udp };

    public static DoctorTarget Expecting(this DoctorTarget target) => target with { Send = [1], Expect = [2] };
}
