// SPDX-License-Identifier: ISC
// A client in Java, over the native GSS-API: answers with "token TOKEN" in base64, reads the
// server's token, and so on, until "done" or "error SENTENCE". The argument is the mechanism.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Base64;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.Oid;

public class Initiator {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        try {
            GSSManager manager = GSSManager.getInstance();
            GSSContext context = manager.createContext(
                manager.createName("HTTP@server.test", GSSName.NT_HOSTBASED_SERVICE),
                new Oid(arguments[0]), null, GSSContext.DEFAULT_LIFETIME);
            context.requestMutualAuth(false);
            byte[] in = new byte[0];
            while (!context.isEstablished()) {
                byte[] out = context.initSecContext(in, 0, in.length);
                if (out != null) {
                    System.out.println("token " + Base64.getEncoder().encodeToString(out));
                }
                in = context.isEstablished() ? null : Base64.getDecoder().decode(lines.readLine());
            }
            System.out.println("done");
        } catch (GSSException failure) {
            System.out.println("error " + failure.getMessage());
        }
    }
}
