// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Admin.Doctor.Findings;

/// <summary>What waits for clients on this host, when the backend's address is one of this host.</summary>
/// <param name="EndPoint">The examined address.</param>
/// <param name="IsTcp">TCP or UDP.</param>
/// <param name="SamePort">Every socket on the examined port, on whatever address.</param>
/// <param name="OtherPorts">Ports on which something else waits at the examined address.</param>
internal sealed record LocalSocketFinding(IPEndPoint EndPoint, bool IsTcp, IReadOnlyList<LocalSocket> SamePort, IReadOnlyList<int> OtherPorts) : Finding
{
    private const int MostPorts = 8;

    /// <summary>The socket that takes traffic for the address, the most exact one.</summary>
    public LocalSocket? Taking => SamePort.FirstOrDefault(socket => socket.EndPoint.Address.Equals(EndPoint.Address))
        ?? SamePort.FirstOrDefault(socket => socket.EndPoint.Address.Equals(IPAddress.Any) && socket.Takes(EndPoint.Address))
        ?? SamePort.FirstOrDefault(socket => socket.Takes(EndPoint.Address));

    public bool IsLoopbackOnly => SamePort.Count > 0 && SamePort.All(socket => IPAddress.IsLoopback(socket.EndPoint.Address));

    public override IEnumerable<string> Evidence
    {
        get
        {
            string protocol = IsTcp ? "TCP" : "UDP";
            yield return $"{EndPoint.Address} is an address of this host";
            foreach (LocalSocket socket in SamePort)
            {
                yield return $"{protocol} port {EndPoint.Port} is served by {socket.Describe()}{Queue(socket)}";
            }

            if (SamePort.Count == 0)
            {
                yield return $"nothing on this host listens on {protocol} port {EndPoint.Port}";
                if (OtherPorts.Count > 0)
                {
                    string more = OtherPorts.Count > MostPorts ? ", ..." : "";
                    yield return $"at that address something listens on {string.Join(", ", OtherPorts.Take(MostPorts))}{more}";
                }
            }
        }
    }

    private string Queue(LocalSocket socket) => (IsTcp, socket.Queue, socket.Backlog) switch
    {
        (_, 0, _) => "",
        (true, long waiting, long most) => $"; {Figures.Count(waiting, "connection")} of at most {most + 1} wait to be accepted",
        (true, long waiting, null) => $"; {Figures.Count(waiting, "connection")} wait to be accepted",
        (false, long waiting, _) => $"; {Figures.Count(waiting, "byte")} wait to be read",
    };
}
