// SPDX-License-Identifier: ISC
// A server in Java, over the native GSS-API: reads a token in base64 a line, and answers each
// with "token TOKEN", then "done SOURCE TARGET MECHANISM" when the login is complete, or
// "error SENTENCE". Without an argument no credential is given; with one it is acquired
// without a name, as Tomcat does.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Base64;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.Oid;

public class Acceptor {
    private static GSSContext begin(String[] mechanism) throws GSSException {
        GSSManager manager = GSSManager.getInstance();
        if (mechanism.length == 0) {
            return manager.createContext((GSSCredential) null);
        }
        return manager.createContext(manager.createCredential(null,
            GSSCredential.INDEFINITE_LIFETIME, new Oid(mechanism[0]), GSSCredential.ACCEPT_ONLY));
    }

    private static void answer(GSSContext context, byte[] in) throws GSSException {
        byte[] out = context.acceptSecContext(in, 0, in.length);
        System.out.println("token " + (out == null ? "" : Base64.getEncoder().encodeToString(out)));
        if (context.isEstablished()) {
            System.out.println("done " + context.getSrcName() + " " + context.getTargName() + " "
                + context.getMech());
        }
    }

    public static void main(String[] mechanism) throws Exception {
        try {
            GSSContext context = begin(mechanism);
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answer(context, Base64.getDecoder().decode(line));
            }
            context.dispose();
        } catch (GSSException failure) {
            System.out.println("error " + failure.getMessage());
        }
    }
}
